"""The gateway: a process of its own beside the instruments, which loses nothing that an instrument said.

Serial port -> frames -> spool (committed before anybody looks) -> the server's API. It needs no database of the
product and keeps listening while the server is away.
"""
