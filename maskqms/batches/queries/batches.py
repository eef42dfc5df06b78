"""Batches as they stand, and what a label says about their goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.batches.rules.issue import BatchFacts
from maskqms.batches.rules.masters import BillItem, bill_of
from maskqms.batches.states import BatchState
from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.quality.states import ChangeState
from maskqms.trace.states import UnitState

BATCH = (
    "SELECT b.id, u.code, p.code AS product, p.name_zh, p.name_en, b.product AS product_id, b.master_record, m.version,"
    " b.line, b.planned, b.planned_for, b.change, v.code AS validates, v.state AS change_state,"
    " b.state, u.state AS unit_state, u.held, u.quantity, u.on_hand, u.unit,"
    " b.snapshot, b.standard, b.edition, b.made_on, b.expires_on, b.created_at, c.name AS created_by_name,"
    " b.started_at, s.name AS started_by_name, b.completed_at, e.name AS completed_by_name, b.counted, b.concluded_at,"
    " CASE WHEN u.held THEN ARRAY(SELECT h.code FROM hold_unit hu JOIN hold h ON h.id = hu.hold"
    " WHERE hu.unit = b.id AND h.state = 'active' ORDER BY h.id) ELSE '{}' END AS holds"
    " FROM batch b JOIN trace_unit u ON u.id = b.id JOIN product p ON p.id = b.product"
    " JOIN account c ON c.id = b.created_by"
    " LEFT JOIN master_record m ON m.id = b.master_record LEFT JOIN account s ON s.id = b.started_by"
    " LEFT JOIN account e ON e.id = b.completed_by LEFT JOIN change_control v ON v.id = b.change"
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with its product, its trace unit and the codes of the holds on it."""

    id: int
    code: str
    product: str
    name_zh: str
    name_en: str | None
    product_id: int
    master_record: int | None
    version: int | None
    line: str
    planned: Decimal
    planned_for: date
    change: int | None
    validates: str | None
    change_state: ChangeState | None
    state: BatchState
    unit_state: UnitState
    held: bool
    quantity: Decimal
    on_hand: Decimal
    unit: str
    snapshot: Json[dict[str, Any]] | None
    standard: str | None
    edition: str | None
    made_on: date | None
    expires_on: date | None
    created_at: datetime
    created_by_name: str
    started_at: datetime | None
    started_by_name: str | None
    completed_at: datetime | None
    completed_by_name: str | None
    counted: Decimal | None
    concluded_at: datetime | None
    holds: tuple[str, ...]

    @property
    def product_name(self) -> str:
        return (self.name_en or self.name_zh) if current_locale() == "en" else self.name_zh

    @property
    def href(self) -> str:
        return f"/batches/{self.code}"

    @property
    def station(self) -> str:
        return f"/station/{self.code}"

    @property
    def facts(self) -> BatchFacts:
        return BatchFacts(self.code, self.state, self.held, self.holds)

    @property
    def bill(self) -> tuple[BillItem, ...]:
        """The bill as it was at the start; empty while the batch is planned."""
        return bill_of(self.snapshot["bill"]) if self.snapshot else ()

    @property
    def packing(self) -> tuple[int, int]:
        """Pieces in a box, boxes in a carton."""
        product = self.snapshot["product"] if self.snapshot else {}
        return product.get("pieces_per_box") or 0, product.get("boxes_per_carton") or 0

    @property
    def progress(self) -> float:
        """Made of planned, at most one."""
        return min(1.0, float(self.quantity / self.planned))


async def batch_by_code(code: str) -> BatchRow:
    row = await sql.one_as(BatchRow, f"{BATCH} WHERE u.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def batch_by_id(batch_id: int) -> BatchRow:
    row = await sql.one_as(BatchRow, f"{BATCH} WHERE b.id = $1", batch_id)
    if row is None:
        raise NotFound(f"#{batch_id}")
    return row


async def batches(
    *,
    state: BatchState | None = None,
    line: str | None = None,
    search: str | None = None,
    page: int = 1,
    size: int = 50,
) -> list[BatchRow]:
    """Those at work first, then by the planned day, newest first."""
    return await sql.fetch_as(
        BatchRow,
        f"{BATCH} {FILTER} ORDER BY (b.state = 'in_production') DESC, b.planned_for DESC, b.id DESC LIMIT $4 OFFSET $5",
        state,
        line,
        search,
        size,
        (page - 1) * size,
    )


async def batch_count(*, state: BatchState | None = None, line: str | None = None, search: str | None = None) -> int:
    return await sql.fetch_value(  # type: ignore[no-any-return]
        f"SELECT count(*) FROM batch b JOIN trace_unit u ON u.id = b.id JOIN product p ON p.id = b.product {FILTER}",
        state,
        line,
        search,
    )


FILTER = (
    "WHERE ($1::text IS NULL OR b.state = $1) AND ($2::text IS NULL OR b.line = $2)"
    " AND ($3::text IS NULL OR strpos(lower(u.code || ' ' || p.code || ' ' || p.name_zh), lower($3)) > 0)"
)


async def station_batches() -> list[BatchRow]:
    """For the tiles of the tablets: what runs or is planned, and what ended and left its line to be cleared."""
    return await sql.fetch_as(
        BatchRow,
        f"{BATCH} WHERE b.state IN ('planned', 'in_production')"
        " OR (b.state = 'complete' AND b.completed_at > maskqms_now() - interval '7 days' AND NOT EXISTS (SELECT 1"
        " FROM clearance k WHERE k.batch = b.id AND k.moment = 'after' AND k.state = 'checked'))"
        " ORDER BY b.line, b.planned_for, b.id",
    )


async def running_on(line: str, *, but: int) -> str | None:
    """The code of another batch in production on this line."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT u.code FROM batch b JOIN trace_unit u ON u.id = b.id"
        " WHERE b.line = $1 AND b.state = 'in_production' AND b.id <> $2",
        line,
        but,
    )


def label_facts(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What box and carton carry as printed facts of their own, so that a label needs no other record."""
    product = snapshot["product"]
    facts = {
        "product": product["code"],
        "product_name": product["name_zh"],
        "product_en": product["name_en"],
        "model": product["model"],
        "standard": snapshot["edition"],
        "pieces_per_box": product["pieces_per_box"],
        "expires_on": snapshot["expires_on"],
        "made_on": snapshot["made_on"],
        "registration": _number(snapshot, "registration") or _number(snapshot, "emergency_registration"),
        "licence": _number(snapshot, "production_licence"),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _number(snapshot: Mapping[str, Any], kind: str) -> str | None:
    return next((licence["number"] for licence in snapshot["licences"] if licence["kind"] == kind), None)
