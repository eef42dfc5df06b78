"""The GS1 data model: what may be said about an item in a GS1 symbol, judged before anything is drawn.

Symbol libraries only draw. Formats, check digits, real days and the pairing rules are kept here, and every broken rule
is reported by name, all of them at once.
"""
