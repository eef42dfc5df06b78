"""An inspector's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.lab.queries.day import Day
from maskqms.lab.states import DueView
from maskqms.web.parts import Paging, Tab

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DayPage:
    """The queue of one part of the day."""

    tabs: Sequence[Tab]
    day: Day
    view: DueView
    paging: Paging
    now: datetime


def day_page(day: Day, view: DueView, page: int, now: datetime) -> DayPage:
    tabs = [Tab(one.label, f"/inspections/day?view={one}", day.counts[one], one is view) for one in DueView]
    return DayPage(tabs, day, view, Paging(page, PAGE_SIZE, day.counts[view], "/inspections/day", {"view": view}), now)
