"""Reads of the spine: units, walks, balances, holds, shipments."""
