"""Acts on people, one verb a function."""
