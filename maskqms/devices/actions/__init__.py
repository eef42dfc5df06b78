"""Acts on instruments, gateways, readings and waits; one verb a function."""
