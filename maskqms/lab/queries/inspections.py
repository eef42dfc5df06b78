"""Inspections: one, those of a unit, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.plan import Plan
from maskqms.lab.states import Decision, InspectionState, Outcome, Purpose


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """An inspection with its frozen plan and the unit it is about. `outcome` is set when entry was finished."""

    id: int
    code: str
    purpose: Purpose
    subject: int
    subject_code: str
    item: str
    title: str
    source: str
    plan: Json[Plan]
    state: InspectionState
    outcome: Outcome | None
    opened_by: str
    opened_at: datetime
    entered_by: str | None
    entered_at: datetime | None
    reviewer: int | None
    reviewer_name: str | None
    reviewed_at: datetime | None
    review_signature: int | None
    decision: Decision | None
    decider: int | None
    decider_name: str | None
    decided_at: datetime | None
    decision_signature: int | None
    handed_in_at: datetime | None

    @property
    def href(self) -> str:
        return f"/inspections/{self.code}"


INSPECTION = (
    "SELECT i.id, i.code, i.purpose, i.subject, u.code AS subject_code, u.item, i.title, i.source, i.plan, i.state,"
    " i.outcome, i.opened_by, i.opened_at, i.entered_by, i.entered_at, i.reviewer, r.name AS reviewer_name,"
    " i.reviewed_at, i.review_signature, i.decision, i.decider, d.name AS decider_name, i.decided_at,"
    " i.decision_signature, i.handed_in_at FROM inspection i JOIN trace_unit u ON u.id = i.subject"
    " LEFT JOIN account r ON r.id = i.reviewer LEFT JOIN account d ON d.id = i.decider"
)


async def inspection(code: str) -> InspectionRow:
    row = await sql.one_as(InspectionRow, f"{INSPECTION} WHERE i.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_inspection(code: str) -> InspectionRow:
    """The inspection, nobody else's until the act ends. Unit rows, where an act needs them, are locked before it."""
    await sql.execute("SELECT 1 FROM inspection WHERE code = $1 FOR UPDATE", code)
    return await inspection(code)


async def inspections_of(subject: int, purpose: Purpose | None = None) -> list[InspectionRow]:
    """All inspections of a unit, oldest first."""
    return await sql.fetch_as(
        InspectionRow,
        f"{INSPECTION} WHERE i.subject = $1 AND ($2::text IS NULL OR i.purpose = $2) ORDER BY i.id",
        subject,
        purpose,
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A line of the list: how many values are there, and of how many."""

    code: str
    purpose: Purpose
    subject_code: str
    item: str
    title: str
    state: InspectionState
    outcome: Outcome | None
    opened_at: datetime
    entered: int
    needed: int


@dataclass(frozen=True, slots=True)
class InspectionList:
    """One page of the list, and the count of every state for the tabs."""

    rows: list[WaitingRow]
    total: int
    counts: dict[InspectionState, int]


COUNTS = "SELECT i.state, count(*) AS number FROM inspection i{named} GROUP BY i.state"
NAMED = " JOIN trace_unit u ON u.id = i.subject WHERE (i.code ILIKE $1 OR u.code ILIKE $1 OR u.item ILIKE $1)"
WAITING = (
    "SELECT i.code, i.purpose, u.code AS subject_code, u.item, i.title, i.state, i.outcome, i.opened_at, i.needed,"
    " (SELECT count(*) FROM lab_result r WHERE r.inspection = i.id AND r.supersedes IS NULL"
    " AND r.retest IS NULL) AS entered"
    " FROM inspection i JOIN trace_unit u ON u.id = i.subject WHERE ($2::text IS NULL OR i.state = $2)"
    " AND ($1::text IS NULL OR i.code ILIKE $1 OR u.code ILIKE $1 OR u.item ILIKE $1)"
    " ORDER BY i.state = 'decided', CASE WHEN i.state = 'decided' THEN -i.id ELSE i.id END LIMIT $3 OFFSET $4"
)


@dataclass(frozen=True, slots=True)
class _Count:
    state: InspectionState
    number: int


async def inspections(
    *, state: InspectionState | None, text: str | None = None, page: int = 1, size: int = 50
) -> InspectionList:
    """What stands in the lab: oldest first while something is to be done, newest first when decided."""
    like = f"%{text}%" if text else None
    asked = (COUNTS.replace("{named}", ""),) if like is None else (COUNTS.replace("{named}", NAMED), like)
    counts = {row.state: row.number for row in await sql.fetch_as(_Count, *asked)}
    rows = await sql.fetch_as(WaitingRow, WAITING, like, state, size, (page - 1) * size)
    return InspectionList(rows, sum(counts.values()) if state is None else counts.get(state, 0), counts)
