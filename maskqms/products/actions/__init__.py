"""Writes of products and licences, one file a verb."""
