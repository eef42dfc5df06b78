"""Samples: one with its chain of custody, those of a sheet, and the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.states import SampleState


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample, the unit it is of and the sheet it is for."""

    id: int
    code: str
    unit: int
    unit_code: str
    item: str
    measure: str
    inspection: str
    inspection_title: str
    quantity: Decimal
    container: str | None
    storage: str | None
    state: SampleState
    holder: int
    holder_name: str
    taken_by: int
    taken_name: str
    taken_at: datetime

    @property
    def href(self) -> str:
        return f"/samples/{self.code}"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One link of the chain."""

    state: SampleState
    name: str
    holder_name: str
    storage: str | None
    note: str | None
    at: datetime


SAMPLE = (
    "SELECT s.id, s.code, s.unit, u.code AS unit_code, u.item, u.unit AS measure, i.code AS inspection,"
    " i.title AS inspection_title, s.quantity, s.container, s.storage, s.state, s.holder, h.name AS holder_name,"
    " s.taken_by, s.taken_name, s.taken_at FROM sample s JOIN trace_unit u ON u.id = s.unit"
    " JOIN inspection i ON i.id = s.inspection JOIN account h ON h.id = s.holder"
)


async def sample(code: str) -> SampleRow:
    row = await sql.one_as(SampleRow, f"{SAMPLE} WHERE s.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_sample(code: str) -> SampleRow:
    """The sample, nobody else's until the act ends."""
    await sql.execute("SELECT 1 FROM sample WHERE code = $1 FOR UPDATE", code)
    return await sample(code)


async def samples_of(inspection: int) -> list[SampleRow]:
    """The samples taken for a sheet."""
    return await sql.fetch_as(SampleRow, f"{SAMPLE} WHERE s.inspection = $1 ORDER BY s.id", inspection)


async def steps_of(sample_id: int) -> list[StepRow]:
    """The chain of custody, oldest first."""
    return await sql.fetch_as(
        StepRow,
        "SELECT p.state, p.name, h.name AS holder_name, p.storage, p.note, p.at FROM sample_step p"
        " JOIN account h ON h.id = p.holder WHERE p.sample = $1 ORDER BY p.id",
        sample_id,
    )


@dataclass(frozen=True, slots=True)
class SampleList:
    rows: list[SampleRow]
    total: int


WHICH = (
    " WHERE ($1::bigint IS NULL OR s.holder = $1 AND s.state <> 'disposed') AND ($2::text IS NULL OR s.state = $2)"
    " AND ($3::text IS NULL OR s.code ILIKE $3 OR u.code ILIKE $3 OR i.code ILIKE $3)"
)


async def samples(
    *, holder: int | None, state: SampleState | None, text: str | None, page: int, size: int
) -> SampleList:
    """The newest first, in two statements."""
    like = f"%{text}%" if text else None
    total = await sql.fetch_value(
        "SELECT count(*) FROM sample s JOIN trace_unit u ON u.id = s.unit JOIN inspection i ON i.id = s.inspection"
        f" {WHICH}",
        holder,
        state,
        like,
    )
    rows = await sql.fetch_as(
        SampleRow,
        f"{SAMPLE} {WHICH} ORDER BY s.id DESC LIMIT $4 OFFSET $5",
        holder,
        state,
        like,
        size,
        (page - 1) * size,
    )
    return SampleList(rows, total)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a sample can be handed to."""

    username: str
    name: str


async def colleagues() -> list[Colleague]:
    """Who works in the lab, in quality or in the warehouse."""
    return await sql.fetch_as(
        Colleague,
        "SELECT username, name FROM account WHERE active"
        " AND roles::text[] && ARRAY['inspector', 'quality', 'warehouse'] ORDER BY name",
    )
