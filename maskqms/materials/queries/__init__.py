"""Reads of suppliers, materials, specifications and lots."""
