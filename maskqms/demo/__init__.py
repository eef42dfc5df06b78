"""A mask factory in Changyuan with a month behind it, made by the same acts as real work and never by inserted rows.

Only a database marked `demo` at its creation is ever filled or dropped; its owner moves the one clock from act to act.
"""
