"""A bad stretch of a roll and the minutes in which it ran: metres map to time in proportion, within one issue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Run:
    """A link with what is known of it: which metres went in, and in which minutes. Either may be unknown."""

    child: int
    span_from: Decimal | None
    span_to: Decimal | None
    window_from: datetime | None
    window_to: datetime | None


Window = tuple[datetime, datetime]


def minutes_of(run: Run, bad_from: Decimal, bad_to: Decimal) -> Window | None:
    """The minutes in which the bad metres ran, None when none of them did. The run must know both its measures."""
    begin, end, since, until = run.span_from, run.span_to, run.window_from, run.window_to
    if begin is None or end is None or since is None or until is None:
        raise ValueError(run)
    first, last = max(begin, bad_from), min(end, bad_to)
    if first > last:
        return None
    if begin == end:
        return since, until

    def at(metre: Decimal) -> datetime:
        return since + (until - since) * float((metre - begin) / (end - begin))

    return at(first), at(last)


def is_mapped(run: Run) -> bool:
    return run.span_from is not None and run.window_from is not None


def packed_in(runs: Iterable[Run], windows: Iterable[Window]) -> set[int]:
    """Children that came out in one of the windows, or whose minutes nobody knows."""
    spans = list(windows)
    return {
        run.child
        for run in runs
        if run.window_from is None
        or run.window_to is None
        or any(run.window_from <= until and since <= run.window_to for since, until in spans)
    }
