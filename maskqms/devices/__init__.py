"""Instruments of the laboratory and the line: the register, its calibration, and what the instruments said.

A reading enters as the bytes an instrument sent and is never typed. The gateway process keeps every frame before it
looks at it; the server parses the frame again, keeps both, and hands a reading to one waiting result at a time.
"""
