"""The calendar of what ends: papers, approvals, re-evaluations and own licences, by month or by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from maskqms.actor import Actor
from maskqms.i18n import Text, _
from maskqms.materials.queries.expiries import DueRow
from maskqms.materials.rules.expiries import month_of, nearness, week_of
from maskqms.materials.states import Nearness
from maskqms.web.parts import Tab

AHEAD = timedelta(days=366)
"""How far the calendar looks."""


@dataclass(frozen=True, slots=True)
class DueLine:
    row: DueRow
    near: Nearness
    left: Text


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a week with what ends in it."""

    title: Text
    lines: Sequence[DueLine]


@dataclass(frozen=True, slots=True)
class ExpiriesPage:
    tabs: Sequence[Tab]
    periods: Sequence[Period]
    warnings: str
    mine: bool
    total: int
    past: int


def address(by: str, mine: bool) -> str:
    asked = [*(["by=week"] if by == "week" else []), *(["mine=1"] if mine else [])]
    return "/expiries" + (f"?{'&'.join(asked)}" if asked else "")


def expiries_page(
    rows: Sequence[DueRow], day: date, warnings: Sequence[int], *, by: str, mine: bool, actor: Actor
) -> ExpiriesPage:
    weekly = by == "week"

    def start(row: DueRow) -> date:
        if row.due < day:
            return date.min
        return week_of(row.due) if weekly else month_of(row.due)

    periods = []
    for first, found in groupby(rows, start):
        lines = [DueLine(row, nearness(row.due, day, warnings), _left((row.due - day).days)) for row in found]
        periods.append(Period(_title(first, weekly), lines))
    tabs = [
        Tab(_("By month"), address("month", mine), None, not weekly),
        Tab(_("By week"), address("week", mine), None, weekly),
    ]
    past = sum(row.due < day for row in rows)
    days = ", ".join(str(one) for one in warnings)
    return ExpiriesPage(tabs, periods, days, mine, len(rows), past)


def _left(days: int) -> Text:
    if days < 0:
        return _("{days} days ago", days=-days)
    return _("today") if days == 0 else _("{days} days left", days=days)


def _title(first: date, weekly: bool) -> Text:
    if first == date.min:
        return _("Past")
    if weekly:
        return _("Week of {first} to {last}", first=first, last=first + timedelta(days=6))
    return _("Month {month}", month=f"{first:%Y-%m}")
