"""How near an end is, by the days of the setting, in a word and a colour (R44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from maskqms.materials.states import Nearness


def nearness(due: date, day: date, warnings: Sequence[int]) -> Nearness:
    """`warnings` are the days before the end, the greatest first: coming up, soon, and only days away."""
    left = (due - day).days
    if left < 0:
        return Nearness.PAST
    if left > max(warnings):
        return Nearness.FAR
    if left <= min(warnings):
        return Nearness.URGENT
    return Nearness.SOON if any(left <= days for days in warnings if days != max(warnings)) else Nearness.COMING


def month_of(due: date) -> date:
    return due.replace(day=1)


def week_of(due: date) -> date:
    """The Monday of its week."""
    return due - timedelta(days=due.weekday())


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
