"""The batch record: clearances, material, output, people, findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.batches.rules.issue import IssuedBefore
from maskqms.batches.states import ClearanceMoment, ClearancePoint, ClearanceState, Deed, OutputKind, ScrapReason
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import NotFound
from maskqms.trace.states import UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    id: int
    batch: int
    line: str
    moment: ClearanceMoment
    state: ClearanceState
    checklist: Json[list[str]]
    done_by: int
    done_by_name: str
    done_at: datetime
    checked_by: int | None
    checked_by_name: str | None
    checked_at: datetime | None
    remark: str | None
    valid_until: datetime | None

    def content(self, batch: str) -> dict[str, Any]:
        """What a check of this clearance is about."""
        return {
            "batch": batch,
            "line": self.line,
            "moment": self.moment,
            "points": self.checklist,
            "done_by": self.done_by_name,
            "done_at": self.done_at,
        }


def clear_content(batch: str, line: str, moment: ClearanceMoment) -> dict[str, Any]:
    """What somebody signs who clears a line."""
    return {"batch": batch, "line": line, "moment": moment, "points": [str(point) for point in ClearancePoint]}


CLEARANCE = (
    "SELECT c.id, c.batch, c.line, c.moment, c.state, c.checklist, c.done_by, d.name AS done_by_name, c.done_at,"
    " c.checked_by, k.name AS checked_by_name, c.checked_at, c.remark, c.valid_until"
    " FROM clearance c JOIN account d ON d.id = c.done_by LEFT JOIN account k ON k.id = c.checked_by"
)


async def clearances_of(batch_id: int) -> list[ClearanceRow]:
    return await sql.fetch_as(ClearanceRow, f"{CLEARANCE} WHERE c.batch = $1 ORDER BY c.id", batch_id)


async def clearance_by_id(clearance_id: int) -> ClearanceRow:
    row = await sql.one_as(ClearanceRow, f"{CLEARANCE} WHERE c.id = $1", clearance_id)
    if row is None:
        raise NotFound(f"#{clearance_id}")
    return row


async def latest_clearance(batch_id: int, moment: ClearanceMoment) -> ClearanceRow | None:
    """The one that counts: a newer one replaces what was cleared before."""
    return await sql.one_as(
        ClearanceRow, f"{CLEARANCE} WHERE c.batch = $1 AND c.moment = $2 ORDER BY c.id DESC LIMIT 1", batch_id, moment
    )


@dataclass(frozen=True, slots=True)
class IssuedUnit:
    """A roll or lot with the quantity of it that is net in the batch; the release gate looks at its state of now."""

    unit: int
    code: str
    kind: UnitKind
    item: str
    material: str
    supplier: str | None
    supplier_lot: str | None
    unit_state: UnitState
    held: bool
    quantity: Decimal
    unit_of_measure: str
    conditional: bool
    first_at: datetime
    issued_by: str


async def issues_of(batch_id: int) -> list[IssuedUnit]:
    """What is in the batch, in the order in which it went in; what came back whole is gone from this list."""
    return await sql.fetch_as(
        IssuedUnit,
        "SELECT u.id AS unit, u.code, u.kind, u.item, min(i.material) AS material, u.supplier, u.supplier_lot,"
        " u.state AS unit_state, u.held, sum(i.quantity) AS quantity, u.unit AS unit_of_measure,"
        " bool_or(i.conditional) AS conditional, min(i.at) AS first_at,"
        " (array_agg(a.name ORDER BY i.id))[1] AS issued_by"
        " FROM batch_issue i JOIN trace_unit u ON u.id = i.unit JOIN account a ON a.id = i.account"
        " WHERE i.batch = $1 GROUP BY u.id HAVING sum(i.quantity) > 0 ORDER BY min(i.id)",
        batch_id,
    )


async def issued_before(batch_id: int, unit: int) -> IssuedBefore | None:
    """What of a unit is in the batch, with its last scan; None when nothing is, also when all of it came back."""
    found = await sql.one_as(
        IssuedBefore,
        "SELECT sum(i.quantity) AS quantity,"
        " (array_agg(i.at ORDER BY i.id DESC) FILTER (WHERE i.quantity > 0))[1] AS at,"
        " (array_agg(a.name ORDER BY i.id DESC) FILTER (WHERE i.quantity > 0))[1] AS name"
        " FROM batch_issue i JOIN account a ON a.id = i.account WHERE i.batch = $1 AND i.unit = $2"
        " HAVING sum(i.quantity) > 0",
        batch_id,
        unit,
    )
    return None if found is None else replace(found, at=local(found.at))


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One line: an issue, or a return with a negative quantity."""

    id: int
    code: str
    item: str
    material: str
    quantity: Decimal
    unit_of_measure: str
    first_to_expire: bool
    conditional: bool
    reason: str | None
    name: str
    at: datetime


async def issue_lines(batch_id: int) -> list[IssueRow]:
    return await sql.fetch_as(
        IssueRow,
        "SELECT i.id, u.code, u.item, i.material, i.quantity, i.unit_of_measure, i.first_to_expire, i.conditional,"
        " i.reason, a.name, i.at FROM batch_issue i JOIN trace_unit u ON u.id = i.unit"
        " JOIN account a ON a.id = i.account WHERE i.batch = $1 ORDER BY i.id DESC",
        batch_id,
    )


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One entry; `reversed` when a later one took it back."""

    id: int
    batch: int
    kind: OutputKind
    quantity: Decimal
    scrap_reason: ScrapReason | None
    note: str | None
    made: int
    taken: int | None
    reverses: int | None
    account: int
    name: str
    at: datetime
    reversed: bool


OUTPUT = (
    "SELECT o.id, o.batch, o.kind, o.quantity, o.scrap_reason, o.note, o.made, o.taken, o.reverses, o.account, a.name,"
    " o.at, EXISTS (SELECT 1 FROM batch_output r WHERE r.reverses = o.id) AS reversed"
    " FROM batch_output o JOIN account a ON a.id = o.account"
)


async def outputs_of(batch_id: int) -> list[OutputRow]:
    """Every entry, the latest first."""
    return await sql.fetch_as(OutputRow, f"{OUTPUT} WHERE o.batch = $1 ORDER BY o.id DESC", batch_id)


async def output_by_id(output_id: int) -> OutputRow:
    row = await sql.one_as(OutputRow, f"{OUTPUT} WHERE o.id = $1", output_id)
    if row is None:
        raise NotFound(f"#{output_id}")
    return row


async def output_totals(batch_id: int) -> dict[OutputKind, Decimal]:
    """What the entries say, reversals taken off; every kind is there."""
    rows = await sql.fetch("SELECT kind, sum(quantity) AS n FROM batch_output WHERE batch = $1 GROUP BY kind", batch_id)
    found = {row["kind"]: row["n"] for row in rows}
    return {kind: found.get(kind, Decimal(0)) for kind in OutputKind}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Why a balance was off, found and signed by quality; it explains the figures of that digest only."""

    id: int
    cause: str
    figures: str
    name: str
    at: datetime


async def findings_of(batch_id: int) -> list[FindingRow]:
    return await sql.fetch_as(
        FindingRow,
        "SELECT f.id, f.cause, f.figures, s.name, f.at FROM batch_finding f JOIN signature s ON s.id = f.signature"
        " WHERE f.batch = $1 ORDER BY f.id",
        batch_id,
    )


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who had a hand in the batch, and in what."""

    account: int
    username: str
    name: str
    deeds: tuple[Deed, ...]


async def people_of(batch_id: int) -> list[Participant]:
    """Everybody who executed or verified a step of this batch (R11)."""
    return await sql.fetch_as(
        Participant,
        "SELECT a.id AS account, a.username, a.name, array_agg(DISTINCT d.deed ORDER BY d.deed) AS deeds FROM ("
        " SELECT started_by AS account, 'started' AS deed FROM batch WHERE id = $1"
        " UNION ALL SELECT completed_by, 'completed' FROM batch WHERE id = $1"
        " UNION ALL SELECT done_by, 'cleared' FROM clearance WHERE batch = $1"
        " UNION ALL SELECT checked_by, 'checked' FROM clearance WHERE batch = $1"
        " UNION ALL SELECT account, 'issued' FROM batch_issue WHERE batch = $1"
        " UNION ALL SELECT account, 'recorded' FROM batch_output WHERE batch = $1"
        " UNION ALL SELECT account, 'packed' FROM box WHERE batch = $1"
        " UNION ALL SELECT account, 'packed' FROM carton WHERE batch = $1"
        " UNION ALL SELECT unpacked_by, 'packed' FROM carton WHERE batch = $1"
        ") d JOIN account a ON a.id = d.account GROUP BY a.id ORDER BY a.username",
        batch_id,
    )
