"""Reads of instruments, gateways, readings and waits."""
