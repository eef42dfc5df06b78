"""Reads of master records and batches."""
