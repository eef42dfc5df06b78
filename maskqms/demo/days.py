"""The calendar of the demo: working days up to its last one, hours on the factory's wall, and dice that fall the same
way each time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from maskqms.settings import settings

LAST_DAY = date(2026, 11, 25)
CLOSE = "16:50"
"""The demo's now on its last day."""
WHOLE_MONTH = 21
SEED = "maskqms-demo-2026"


def dice(name: str) -> random.Random:
    """Chance for one part of the story: another batch more or less changes nothing elsewhere."""
    return random.Random(f"{SEED}:{name}")  # noqa: S311


def at(day: date, hour: str, minutes: float = 0) -> datetime:
    """An hour of a day in the factory, and so many minutes later."""
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=settings().timezone) + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days, Monday to Friday; `back(1)` is the one before the last."""

    days: tuple[date, ...]

    @classmethod
    def of(cls, count: int) -> Calendar:
        found: list[date] = []
        day = LAST_DAY
        while len(found) < count:
            if day.weekday() < 5:
                found.append(day)
            day -= timedelta(days=1)
        return cls(tuple(reversed(found)))

    @property
    def first(self) -> date:
        return self.days[0]

    @property
    def last(self) -> date:
        return self.days[-1]

    @property
    def setup(self) -> date:
        """When the factory was set up in the system: before the first goods came in."""
        return before(self.first, 12)

    @property
    def now(self) -> datetime:
        return at(self.last, CLOSE)

    def back(self, count: int) -> date:
        """So many working days before the last one; the first one when there are not so many."""
        return self.days[max(0, len(self.days) - 1 - count)]

    def from_end(self, day: date) -> int:
        """How many working days a day lies before the last one."""
        return len(self.days) - 1 - self.days.index(day)


def before(day: date, count: int) -> date:
    """So many working days earlier."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def after(day: date, count: int) -> date:
    """So many working days later, beyond the last one too."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
