"""Writes of master records and batches, one file a verb."""
