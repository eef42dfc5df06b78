"""Reads of release: the facts of the gate, changes, entered limits, decisions and certificates, the queue."""
