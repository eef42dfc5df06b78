"""What may be done with master records and batches: pure functions, every reason at once."""
