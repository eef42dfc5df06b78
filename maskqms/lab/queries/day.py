"""An inspector's day: what is due, what waits for one's review, what is late; by due time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.db import sql
from maskqms.lab.states import DueView, InspectionState, Outcome, Purpose

DUE = "coalesce(i.due_at, i.opened_at + interval '24 hours')"

TOOK_PART = (
    "(EXISTS (SELECT 1 FROM lab_result r WHERE r.inspection = i.id AND r.analyst = $1)"
    " OR EXISTS (SELECT 1 FROM sample s WHERE s.inspection = i.id AND s.taken_by = $1)"
    " OR EXISTS (SELECT 1 FROM tally_entry t WHERE t.inspection = i.id AND t.analyst = $1))"
)
UNTOUCHED = (
    "NOT EXISTS (SELECT 1 FROM lab_result r WHERE r.inspection = i.id)"
    " AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.inspection = i.id)"
)
VIEWS = {
    DueView.MINE: f"i.state = 'open' AND ({TOOK_PART} OR ({UNTOUCHED}))",
    DueView.REVIEW: f"i.state = 'entered' AND NOT {TOOK_PART}",
    DueView.LATE: f"i.state IN ('open', 'entered') AND {DUE} < maskqms_now() AND $1::bigint IS NOT NULL",
}
"""Mine is what I began and what nobody has begun yet; who took part reviews nothing of it."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """An inspection in the queue."""

    code: str
    purpose: Purpose
    subject_code: str
    title: str
    state: InspectionState
    outcome: Outcome | None
    due_at: datetime
    late: bool
    entered: int
    needed: int

    @property
    def href(self) -> str:
        return f"/inspections/{self.code}"


@dataclass(frozen=True, slots=True)
class Day:
    """One part of the day, and how many stand in each."""

    rows: list[DayRow]
    counts: dict[DueView, int]


COUNTS = "SELECT {} FROM inspection i WHERE i.state IN ('open', 'entered')".format(
    ", ".join(f"count(*) FILTER (WHERE {where}) AS {view}" for view, where in VIEWS.items())
)


async def day_of(account: int, view: DueView, *, page: int, size: int) -> Day:
    """The queue by due time, in two statements."""
    counted = await sql.fetch_one(COUNTS, account)
    assert counted is not None
    rows = await sql.fetch_as(
        DayRow,
        f"SELECT i.code, i.purpose, u.code AS subject_code, i.title, i.state, i.outcome, {DUE} AS due_at,"
        f" {DUE} < maskqms_now() AS late, i.needed,"
        " (SELECT count(*) FROM lab_result r WHERE r.inspection = i.id AND r.supersedes IS NULL) AS entered"
        f" FROM inspection i JOIN trace_unit u ON u.id = i.subject WHERE {VIEWS[view]}"
        " ORDER BY i.due_at NULLS FIRST, i.id LIMIT $2 OFFSET $3",
        account,
        size,
        (page - 1) * size,
    )
    return Day(rows, {view: counted[view.value] for view in DueView})
