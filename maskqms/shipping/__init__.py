"""Shipping: only released, unexpired, unheld cartons leave, each looked at by two people, and every sale can be traced
to the person who must be warned.
"""
