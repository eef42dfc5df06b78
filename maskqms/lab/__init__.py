"""The laboratory: what was planned to be tested, every value that was ever entered, and what they say together.

Knows neither lots nor batches. `materials` and `release` open an inspection of one of their units, ask for its outcome,
and mark it decided inside their own signed act.
"""
