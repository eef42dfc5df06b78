"""Reads of deviations and changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.quality.states import ChangeState, DeviationState


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """A deviation with the unit it is about."""

    id: int
    code: str
    unit: int
    unit_code: str
    item: str
    title: str
    description: str
    immediate_action: str | None
    source: str | None
    state: DeviationState
    opened_by: int | None
    opener_name: str
    opened_at: datetime
    conclusion: str | None
    closed_by: int | None
    closer_name: str | None
    closed_at: datetime | None

    def content(self, conclusion: str | None = None) -> dict[str, Any]:
        """What is signed when it is closed."""
        return {
            "deviation": self.code,
            "unit": self.unit_code,
            "title": self.title,
            "description": self.description,
            "immediate_action": self.immediate_action,
            "opened_by": self.opener_name,
            **({} if conclusion is None else {"conclusion": conclusion}),
        }


DEVIATION = (
    "SELECT d.id, d.code, d.unit, u.code AS unit_code, u.item, d.title, d.description, d.immediate_action, d.source,"
    " d.state, d.opened_by, d.opener_name, d.opened_at, d.conclusion, d.closed_by, c.name AS closer_name, d.closed_at"
    " FROM deviation d JOIN trace_unit u ON u.id = d.unit LEFT JOIN account c ON c.id = d.closed_by"
)


async def deviation(code: str) -> DeviationRow:
    row = await sql.one_as(DeviationRow, f"{DEVIATION} WHERE d.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_deviation(code: str) -> DeviationRow:
    """The deviation, nobody else's until the act ends."""
    await sql.execute("SELECT 1 FROM deviation WHERE code = $1 FOR UPDATE", code)
    return await deviation(code)


async def open_deviations(unit_ids: Iterable[int]) -> list[DeviationRow]:
    """The open deviations of these units, oldest first: each stands in the way of release."""
    return await sql.fetch_as(
        DeviationRow, f"{DEVIATION} WHERE d.unit = ANY($1::bigint[]) AND d.state = 'open' ORDER BY d.id", list(unit_ids)
    )


async def deviations_of(unit_id: int) -> list[DeviationRow]:
    return await sql.fetch_as(DeviationRow, f"{DEVIATION} WHERE d.unit = $1 ORDER BY d.id DESC", unit_id)


async def deviation_from(source: str) -> DeviationRow | None:
    """The deviation that an inspection opened by itself, so that it opens only one."""
    return await sql.one_as(DeviationRow, f"{DEVIATION} WHERE d.source = $1 ORDER BY d.id LIMIT 1", source)


@dataclass(frozen=True, slots=True)
class DeviationList:
    """One page of the list and how many there are of each state."""

    rows: list[DeviationRow]
    total: int


FILTERED = (
    "WHERE ($1::text IS NULL OR d.state = $1)"
    " AND ($2::text IS NULL OR d.code ILIKE $2 OR u.code ILIKE $2 OR d.title ILIKE $2)"
)
UNITS = "FROM deviation d JOIN trace_unit u ON u.id = d.unit"
COUNT = f"SELECT count(*) {UNITS} {FILTERED}"
LIST = f"{DEVIATION} {FILTERED} ORDER BY d.state DESC, d.id DESC LIMIT $3 OFFSET $4"


async def deviations(*, state: DeviationState | None, text: str | None, page: int, size: int) -> DeviationList:
    like = f"%{text}%" if text else None
    total = await sql.fetch_value(COUNT, state, like)
    return DeviationList(await sql.fetch_as(DeviationRow, LIST, state, like, size, (page - 1) * size), total)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with who opened and who decided it; `source` is the record that it is about."""

    id: int
    code: str
    title: str
    description: str
    source: str | None
    state: ChangeState
    opened_by: int
    opener_name: str
    opened_at: datetime
    conclusion: str | None
    decider_name: str | None
    decided_at: datetime | None

    def content(self, decision: ChangeState | None = None, conclusion: str | None = None) -> dict[str, Any]:
        """What is signed when it is decided."""
        decided = {} if decision is None else {"decision": decision, "conclusion": conclusion}
        return {
            "change": self.code,
            "title": self.title,
            "description": self.description,
            "opened_by": self.opener_name,
            **decided,
        }


CHANGE = (
    "SELECT c.id, c.code, c.title, c.description, c.source, c.state, c.opened_by, o.name AS opener_name, c.opened_at,"
    " c.conclusion, d.name AS decider_name, c.decided_at FROM change_control c JOIN account o ON o.id = c.opened_by"
    " LEFT JOIN account d ON d.id = c.decided_by"
)


async def change(code: str) -> ChangeRow:
    row = await sql.one_as(ChangeRow, f"{CHANGE} WHERE c.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_change(code: str) -> ChangeRow:
    """The change, nobody else's until the act ends."""
    await sql.execute("SELECT 1 FROM change_control WHERE code = $1 FOR UPDATE", code)
    return await change(code)


async def open_changes() -> list[ChangeRow]:
    """Those under validation, newest first: a batch may be planned to validate one of them."""
    return await sql.fetch_as(ChangeRow, f"{CHANGE} WHERE c.state = 'open' ORDER BY c.id DESC")


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One page of the list and how many there are of that state."""

    rows: list[ChangeRow]
    total: int


async def changes(*, state: ChangeState | None, page: int, size: int) -> ChangeList:
    total = await sql.fetch_value("SELECT count(*) FROM change_control WHERE ($1::text IS NULL OR state = $1)", state)
    rows = await sql.fetch_as(
        ChangeRow,
        f"{CHANGE} WHERE ($1::text IS NULL OR c.state = $1) ORDER BY c.id DESC LIMIT $2 OFFSET $3",
        state,
        size,
        (page - 1) * size,
    )
    return ChangeList(rows, total)
