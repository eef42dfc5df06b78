"""Reads of rejected goods, of what becomes of them, and of what waits for a signature."""
