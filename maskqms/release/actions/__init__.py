"""Writes of release: open the factory test, enter a limit, review, release, reject."""
