#!/usr/bin/env python3
"""Count a draw again: which units of a delivery had to be opened. Needs Python and nothing else.

    python draw.py DRAW.json

DRAW.json is what the page of a draw offers to take along: the list of units as it was sealed at receipt, how many are
opened, and the seed, which is the root of the audit seal over that list. Prints the drawn units, one a line; exits 1
when the list is not the sealed one, or the answer in the file is another.
"""

import json
import sys
from hashlib import sha256


def main(path):
    with open(path, encoding="utf-8") as file:
        draw = json.load(file)
    digest = sha256("\n".join(draw["units"]).encode()).hexdigest()
    if digest != draw["digest"]:
        sys.exit("the list is not the one that was sealed")
    ranked = sorted(draw["units"], key=lambda unit: sha256(f"{digest}:{draw['seed']}:{unit}".encode()).hexdigest())
    chosen = set(ranked[: draw["draw"]])
    answer = [unit for unit in draw["units"] if unit in chosen]
    print("\n".join(answer))
    if draw.get("drawn", answer) != answer:
        sys.exit("the file names other units")


if __name__ == "__main__":
    main(sys.argv[1])
