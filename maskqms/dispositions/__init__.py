"""What becomes of rejected material: back to the supplier, destroyed before two witnesses, or regraded to another one.

Rejected is final (R7). None of the three ways makes a rejected unit usable: it leaves, it is scrapped, or something new
is made of it that begins in quarantine with an inspection of its own.
"""
