"""Master records, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.batches.rules.masters import BillItem, Step, bill_of
from maskqms.batches.states import MasterState
from maskqms.db import sql
from maskqms.errors import NotFound

MASTER = (
    "SELECT m.id, p.code AS product, p.name_zh AS product_name, m.product AS product_id, m.version, m.state,"
    " m.standard, m.grade, m.variants, m.bill, m.route, m.lines, m.yield_from, m.piece_tolerance, m.change, m.author,"
    " a.name AS author_name, m.created_at, s.name AS approved_by, m.in_force_from, m.retired_at"
    " FROM master_record m JOIN product p ON p.id = m.product JOIN account a ON a.id = m.author"
    " LEFT JOIN signature s ON s.id = m.signature"
)


@dataclass(frozen=True, slots=True)
class MasterRow:
    id: int
    product: str
    product_name: str
    product_id: int
    version: int
    state: MasterState
    standard: str
    grade: str | None
    variants: tuple[str, ...]
    bill: Json[list[dict[str, Any]]]
    route: Json[list[dict[str, Any]]]
    lines: tuple[str, ...]
    yield_from: Decimal
    piece_tolerance: int
    change: str
    author: int
    author_name: str
    created_at: datetime
    approved_by: str | None
    in_force_from: datetime | None
    retired_at: datetime | None

    @property
    def href(self) -> str:
        return f"/master-records/{self.product}/{self.version}"

    @property
    def subject(self) -> str:
        """What signatures and the trail call it."""
        return f"{self.product} v{self.version}"

    @property
    def items(self) -> tuple[BillItem, ...]:
        return bill_of(self.bill)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(Step(step["code"], step["name"]) for step in self.route)

    def content(self) -> dict[str, Any]:
        """Everything that an approval signs."""
        return {
            "product": self.product,
            "version": self.version,
            "standard": self.standard,
            "grade": self.grade,
            "variants": list(self.variants),
            "bill": self.bill,
            "route": self.route,
            "lines": list(self.lines),
            "yield_from": self.yield_from,
            "piece_tolerance": self.piece_tolerance,
            "change": self.change,
        }


async def masters(product: str | None = None) -> list[MasterRow]:
    """All versions, of one product or of all, newest first."""
    return await sql.fetch_as(
        MasterRow, f"{MASTER} WHERE $1::text IS NULL OR p.code = $1 ORDER BY p.code, m.version DESC", product
    )


async def master_of(product: str, version: int) -> MasterRow:
    row = await sql.one_as(MasterRow, f"{MASTER} WHERE p.code = $1 AND m.version = $2", product, version)
    if row is None:
        raise NotFound(f"{product} v{version}")
    return row


async def master_in_force(product_id: int) -> MasterRow | None:
    return await sql.one_as(MasterRow, f"{MASTER} WHERE m.product = $1 AND m.state = 'in_force'", product_id)


async def lines() -> list[str]:
    """Every line that a master record in force, or a batch not concluded, names."""
    found = await sql.fetch(
        "SELECT DISTINCT line FROM (SELECT unnest(lines) AS line FROM master_record WHERE state = 'in_force'"
        " UNION SELECT line FROM batch WHERE state IN ('planned', 'in_production')) all_lines ORDER BY line"
    )
    return [record["line"] for record in found]
