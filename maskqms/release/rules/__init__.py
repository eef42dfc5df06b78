"""Pure rules of release: facts in, every reason out. Nothing here reads a clock, a table or a setting."""
