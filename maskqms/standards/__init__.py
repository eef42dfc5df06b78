"""Product standards as data: which edition rules a mask made on a day, what it asks, and whether results meet it.

An edition is one TOML file in `data/`; a limit that nobody found is empty there and is never guessed. Everything here
is pure: no database, no clock, no HTTP. `catalogue` finds editions, `requirements` says what one mask must meet,
`judging` compares results, `sampling` gives ISO 2859-1 plans.
"""
