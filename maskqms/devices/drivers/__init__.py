"""What families of instruments say on their serial line, as pure functions over bytes; no ports, no clock, no files."""
