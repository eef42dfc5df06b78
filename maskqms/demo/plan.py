"""What is made on each line on each working day, and how each batch is meant to end.

Days are counted from the end, so that a short demo ends like a long one: line 1 still runs, its batch of the day before
failed in the lab, one respirator batch waits for its release signature and one for an open deviation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from maskqms.demo.days import Calendar, dice
from maskqms.demo.people import LINES
from maskqms.demo.products import BY_CODE, KN95, SINGLE_USE, SURGICAL

NEW_PRODUCT_DAYS = 6
"""So many days before the end line 2 began with the single-use mask, whose standard nobody has typed in yet."""
DECAY_DAYS = 9
"""So many days before the end line 1 took the first roll of the lot that loses its filtration."""
BFE_OF_DECAY = {1: -4.35, 2: -3.1, 3: -2.6, 4: -2.1, 5: -1.65, 6: -1.25, 7: -0.9, 8: -0.5}
"""Change of the mean BFE by days from the end: on the last tested day it is out of limits."""
EXPLAINED_DAY, DEVIATION_DAY, TO_RELEASE_DAY = 12, 2, 1


class Ending(Enum):
    """How far a batch gets by the last evening."""

    RELEASED = auto()
    NO_LIMITS = auto()
    FAILED = auto()
    DEVIATION = auto()
    READY = auto()
    TESTING = auto()
    RUNNING = auto()


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """One batch of the plan. `decay` is what the tired meltblown does to its BFE."""

    day: date
    line: str
    product: str
    cartons: int
    ending: Ending
    decay: float = 0.0
    closed_deviation: bool = False

    @property
    def name(self) -> str:
        return f"{self.day:%m%d}-{self.line}"

    @property
    def operator(self) -> str:
        return LINES[self.line]

    @property
    def good(self) -> int:
        details = BY_CODE[self.product].details
        assert details.pieces_per_box
        assert details.boxes_per_carton
        return self.cartons * details.pieces_per_box * details.boxes_per_carton


def month(calendar: Calendar) -> list[PlannedBatch]:
    """Every batch, by day and line."""
    return [batch for day in calendar.days for batch in _day(calendar, day)]


def _day(calendar: Calendar, day: date) -> Iterator[PlannedBatch]:
    left = calendar.from_end(day)
    chance = dice(f"plan:{day}")
    decay = BFE_OF_DECAY.get(left, 0.0) if left < DECAY_DAYS else 0.0
    yield PlannedBatch(
        day, "L1", SURGICAL, chance.randint(8, 9), _first_line(left), decay, closed_deviation=left == EXPLAINED_DAY
    )
    if left < NEW_PRODUCT_DAYS:
        yield PlannedBatch(day, "L2", SINGLE_USE, 8, Ending.NO_LIMITS, decay)
    else:
        yield PlannedBatch(day, "L2", SURGICAL, chance.randint(8, 9), Ending.RELEASED, decay)
    yield PlannedBatch(day, "L3", KN95, 8, _third_line(left))


def _first_line(left: int) -> Ending:
    return {0: Ending.RUNNING, 1: Ending.FAILED}.get(left, Ending.RELEASED)


def _third_line(left: int) -> Ending:
    endings = {0: Ending.TESTING, TO_RELEASE_DAY: Ending.READY, DEVIATION_DAY: Ending.DEVIATION}
    return endings.get(left, Ending.RELEASED)


def needed(batches: list[PlannedBatch], material: str) -> float:
    """How much of a material the plan takes, scrap included."""
    per_thousand = {made.code: {code: float(q) for code, q, _loss in made.bill} for made in BY_CODE.values()}
    return sum(batch.good * 1.06 / 1000 * per_thousand[batch.product].get(material, 0.0) for batch in batches)
