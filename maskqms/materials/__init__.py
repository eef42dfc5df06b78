"""What comes in: suppliers and their papers, materials and their limits, lots and rolls until they are released or not.

A lot is one delivery of one material with one supplier lot number. It starts in quarantine, together with every roll of
it, and its incoming inspection opens with the receipt.
"""
