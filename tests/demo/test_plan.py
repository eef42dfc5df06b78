"""The plan of the month and the clockwork, before any act."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import pytest

from maskqms.db.clock import now
from maskqms.db.opening import Place
from maskqms.demo.clockwork import Clockwork
from maskqms.demo.days import LAST_DAY, WHOLE_MONTH, Calendar, at
from maskqms.demo.deliveries import Fate, deliveries
from maskqms.demo.materials import MATERIALS, MELTBLOWN
from maskqms.demo.plan import Ending, month, needed
from maskqms.demo.suppliers import SUPPLIERS
from tests.conftest import Clock


@pytest.mark.parametrize("days", [3, 8, WHOLE_MONTH])
def test_every_length_ends_the_same_way(days: int) -> None:
    """The tour finds its batches in a short demo too."""
    calendar = Calendar.of(days)
    batches = month(calendar)
    assert len(batches) == 3 * days
    assert calendar.last == LAST_DAY
    endings = Counter(batch.ending for batch in batches)
    for once in (Ending.RUNNING, Ending.FAILED, Ending.READY, Ending.DEVIATION, Ending.TESTING):
        assert endings[once] == 1
    assert endings[Ending.RELEASED] >= 1
    assert endings[Ending.NO_LIMITS] >= 3


def test_the_same_plan_each_time() -> None:
    assert month(Calendar.of(WHOLE_MONTH)) == month(Calendar.of(WHOLE_MONTH))


def test_filtration_goes_down_day_by_day() -> None:
    """Line 1 takes the lot for nine days, and each tested batch is a little worse than the one before."""
    decays = [b.decay for b in month(Calendar.of(WHOLE_MONTH)) if b.line == "L1" and b.decay]
    assert len(decays) == 8
    assert decays == sorted(decays, reverse=True)


@pytest.mark.parametrize("days", [3, 8, WHOLE_MONTH])
def test_enough_is_delivered(days: int) -> None:
    calendar = Calendar.of(days)
    batches = month(calendar)
    lots = deliveries(calendar, batches)
    for material in MATERIALS:
        usable = sum(lot.quantity for lot in lots if lot.material == material.code and lot.fate is Fate.RELEASED)
        assert usable >= needed(batches, material.code), material.code
    for lot in lots:
        assert lot.made_on <= lot.day <= LAST_DAY
        assert lot.material in SUPPLIERS[int(lot.supplier[1:]) - 1].materials
    assert [lot.material for lot in lots if lot.fate is Fate.REJECTED] == [MELTBLOWN]


async def test_stories_act_in_the_order_of_their_hours(db: Place, clock: Clock, owner: asyncpg.Connection) -> None:
    """Whoever's hour comes first acts first, under its own time; the hours after the last one are not told."""
    told: list[tuple[str, datetime]] = []

    async def story(name: str, *minutes: int) -> AsyncIterator[datetime]:
        for minute in minutes:
            yield at(LAST_DAY, "08:00", minute)
            told.append((name, await now()))

    work = Clockwork(owner, at(LAST_DAY, "07:00"))
    work.begin(story("a", 10, 40, 90))
    work.begin(story("b", 20, 30))
    seen: list[datetime] = []
    await work.run(until=at(LAST_DAY, "09:00"), seen=seen.append)

    assert [name for name, _moment in told] == ["a", "b", "b", "a"]
    for (_name, moment), minute in zip(told, (10, 20, 30, 40), strict=True):
        assert timedelta(0) <= moment - at(LAST_DAY, "08:00", minute) < timedelta(seconds=30)
    assert seen == sorted(seen)
