"""Reads of inspections, their sheets, and the list of what waits."""
