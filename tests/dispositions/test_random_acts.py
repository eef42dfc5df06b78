"""Whatever is done to lots, in whatever order: nothing rejected, held, expired or unlicensed is ever usable.

Random acts of everybody, most of them refused; after each the whole stock is compared with what the history says of it.
"""

from __future__ import annotations

import pytest

from maskqms.errors import NotFound, Refused
from tests.conftest import Clock, People
from tests.dispositions.walk import Walk

STEPS = 130


@pytest.mark.parametrize("seed", [7, 2026, 31, 404, 5150, 61, 888])
async def test_random_acts_never_make_a_barred_unit_usable(people: People, clock: Clock, seed: int) -> None:
    walk = Walk(people, clock, seed)
    await walk.begin()
    await walk.stock_up()
    for _step in range(STEPS):
        act = walk.chance.choice(walk.hands())
        try:
            await act()
            walk.done.append(act.__name__)
        except (Refused, NotFound):
            pass
        await walk.holds_true()
    assert len(set(walk.done)) > 18, "a walk in which little happens proves little"
