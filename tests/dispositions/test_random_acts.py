"""Whatever is done to lots, in whatever order: nothing rejected, held, expired or unlicensed is ever usable.

Random acts of everybody, many of them refused. A notebook is kept beside (`notebook.py`) that knows nothing of the
product; after each act what may be used must be exactly what the notebook has nothing against.
"""

from __future__ import annotations

import pytest

from maskqms.errors import NotFound, Refused
from tests.conftest import Clock, People
from tests.dispositions.walk import Walk

STEPS = 180


@pytest.mark.parametrize("seed", range(8))
async def test_what_may_be_used_is_what_nothing_speaks_against(people: People, clock: Clock, seed: int) -> None:
    walk = Walk(people, clock, seed)
    await walk.begin()
    hands = walk.hands()
    following = None
    for _step in range(STEPS):
        act = following or walk.chance.choices(list(hands), weights=list(hands.values()))[0]
        walk.goes_on, following = following is not None, None
        await walk.tick()
        try:
            await act()
            walk.done.append(act.__name__)
            following = walk.after(act.__name__) if walk.chance.random() < 0.6 else None
        except (Refused, NotFound):
            pass
        await walk.compare()
    assert len(set(walk.done)) > 18, "a walk in which little happens proves little"
