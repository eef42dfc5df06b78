"""Return notes, destructions and regrades: one, and those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.db import sql
from maskqms.dispositions.states import DestructionState, RegradeState
from maskqms.errors import NotFound


@dataclass(frozen=True, slots=True)
class LineRow:
    """A unit of a return or destruction, as it was written down."""

    unit: int
    code: str
    item: str
    supplier_lot: str | None
    quantity: Decimal
    of: str


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return note."""

    id: int
    code: str
    supplier_code: str
    supplier_name: str
    address: str | None
    contact: str | None
    waybill: str
    carrier: str
    reason: str
    returned_name: str
    returned_at: datetime
    lines: Json[list[LineRow]]


def _lines(table: str, column: str, owner: str) -> str:
    return (
        "(SELECT coalesce(jsonb_agg(jsonb_build_object('unit', x.unit, 'code', u.code, 'item', u.item,"
        " 'supplier_lot', u.supplier_lot, 'quantity', x.quantity::text, 'of', u.unit) ORDER BY x.id), '[]')"
        f" FROM {table} x JOIN trace_unit u ON u.id = x.unit WHERE x.{column} = {owner}.id) AS lines"
    )


RETURN = (
    "SELECT g.id, g.code, s.code AS supplier_code, s.name AS supplier_name, s.address, s.contact, g.waybill, g.carrier,"
    f" g.reason, a.name AS returned_name, g.returned_at, {_lines('goods_return_line', 'goods_return', 'g')}"
    " FROM goods_return g JOIN supplier s ON s.id = g.supplier JOIN account a ON a.id = g.returned_by"
)


async def goods_return(code: str) -> ReturnRow:
    row = await sql.one_as(ReturnRow, f"{RETURN} WHERE g.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


@dataclass(frozen=True, slots=True)
class DestructionRow:
    """A destruction with its goods and witnesses."""

    id: int
    code: str
    method: str
    reason: str
    state: DestructionState
    planned_name: str
    planned_at: datetime
    first_witness: int | None
    first_name: str | None
    first_roles: str | None
    first_at: datetime | None
    second_name: str | None
    second_at: datetime | None
    cancel_reason: str | None
    lines: Json[list[LineRow]]

    @property
    def first_of_quality(self) -> bool:
        return "quality" in (self.first_roles or "").split(",")

    @property
    def goods(self) -> list[tuple[str, Decimal, str]]:
        return [(line.code, line.quantity, line.of) for line in self.lines]


DESTRUCTION = (
    "SELECT d.id, d.code, d.method, d.reason, d.state, p.name AS planned_name, d.planned_at, d.first_witness,"
    " f.name AS first_name, g.roles AS first_roles, d.first_at, s.name AS second_name, d.second_at, d.cancel_reason,"
    f" {_lines('destruction_line', 'destruction', 'd')}"
    " FROM destruction d JOIN account p ON p.id = d.planned_by LEFT JOIN account f ON f.id = d.first_witness"
    " LEFT JOIN account s ON s.id = d.second_witness LEFT JOIN signature g ON g.id = d.first_signature"
)


async def destruction(code: str) -> DestructionRow:
    row = await sql.one_as(DestructionRow, f"{DESTRUCTION} WHERE d.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_destruction(code: str) -> DestructionRow:
    """The destruction, nobody else's until the act ends; its units are locked before it."""
    await sql.execute("SELECT 1 FROM destruction WHERE code = $1 FOR UPDATE", code)
    return await destruction(code)


async def waiting_destructions() -> list[DestructionRow]:
    return await sql.fetch_as(DestructionRow, f"{DESTRUCTION} WHERE d.state = 'waiting' ORDER BY d.id LIMIT 50")


@dataclass(frozen=True, slots=True)
class RegradeRow:
    """A regrade with its unit, the material it is to become, and the lot that came of it."""

    id: int
    code: str
    unit: int
    unit_code: str
    item: str
    quantity: Decimal
    of: str
    material: int
    material_code: str
    material_name: str
    reason: str
    state: RegradeState
    requested_by: int
    requested_name: str
    requested_at: datetime
    decided_name: str | None
    decided_at: datetime | None
    decision_reason: str | None
    lot_code: str | None

    @property
    def content(self) -> dict[str, Any]:
        """What is signed when it is decided."""
        return {
            "regrade": self.code,
            "unit": self.unit_code,
            "quantity": self.quantity,
            "of": self.of,
            "becomes": self.material_code,
            "reason": self.reason,
            "requested_by": self.requested_name,
        }


REGRADE = (
    "SELECT g.id, g.code, g.unit, u.code AS unit_code, u.item, g.quantity, u.unit AS of, g.material,"
    " m.code AS material_code, m.name_zh AS material_name, g.reason, g.state, g.requested_by, q.name AS requested_name,"
    " g.requested_at, d.name AS decided_name, g.decided_at, g.decision_reason, lu.code AS lot_code"
    " FROM regrade g JOIN trace_unit u ON u.id = g.unit JOIN material m ON m.id = g.material"
    " JOIN account q ON q.id = g.requested_by LEFT JOIN account d ON d.id = g.decided_by"
    " LEFT JOIN trace_unit lu ON lu.id = g.lot"
)


async def regrade(code: str) -> RegradeRow:
    row = await sql.one_as(RegradeRow, f"{REGRADE} WHERE g.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_regrade(code: str) -> RegradeRow:
    """The regrade, nobody else's until the act ends; its unit is locked before it."""
    await sql.execute("SELECT 1 FROM regrade WHERE code = $1 FOR UPDATE", code)
    return await regrade(code)


async def waiting_regrades() -> list[RegradeRow]:
    return await sql.fetch_as(RegradeRow, f"{REGRADE} WHERE g.state = 'requested' ORDER BY g.id LIMIT 50")
