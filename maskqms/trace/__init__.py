"""The spine: every thing with an identity is a trace unit, and every act that makes one from another is a link.

Lot, roll, sterilisation load, batch, box, carton and pallet are rows of one table; what was split, issued, reworked,
packed and loaded is one append-only ledger. From it follow: where did it go, what is in it,
what is held, does it add up.
"""
