"""History from CSV files: looked at whole, every fault of every file with its line, then loaded in one transaction.

Import records the past: it checks form and arithmetic, not gates. What history may hold (use after expiry, quantities
that do not add up, repeated shipment lines) is a warning; what cannot be true is a fault, and then nothing is loaded.
"""
