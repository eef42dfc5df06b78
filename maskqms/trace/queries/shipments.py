"""Consignees, shipments and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.trace.states import ShipmentState


@dataclass(frozen=True, slots=True)
class ConsigneeRow:
    id: int
    code: str
    name: str
    address: str | None
    contact: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment with the words of its consignee."""

    id: int
    code: str
    consignee: int
    consignee_code: str
    consignee_name: str
    state: ShipmentState
    shipped_on: date | None
    created_by: str
    created_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    confirmer: str | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A unit on a shipment; `removed_at` when it was taken off again."""

    id: int
    shipment: int
    unit: int
    unit_code: str
    item: str
    quantity: Decimal
    unit_of_measure: str
    consignee: int
    added_by: str
    added_at: datetime
    removed_at: datetime | None


SHIPMENT = (
    "SELECT s.id, s.code, s.consignee, c.code AS consignee_code, c.name AS consignee_name, s.state, s.shipped_on,"
    " s.created_by, s.created_at, s.confirmed_by, s.confirmed_at, coalesce(a.name, s.confirmed_by) AS confirmer"
    " FROM shipment s JOIN consignee c ON c.id = s.consignee LEFT JOIN account a ON a.username = s.confirmed_by"
)
LINE = (
    "SELECT l.id, l.shipment, l.unit, u.code AS unit_code, u.item, l.quantity, l.unit_of_measure, l.consignee,"
    " l.added_by, l.added_at, l.removed_at FROM shipment_line l JOIN trace_unit u ON u.id = l.unit"
)
CONSIGNEE = "SELECT id, code, name, address, contact, country FROM consignee"


async def consignee_by_code(code: str) -> ConsigneeRow:
    row = await sql.one_as(ConsigneeRow, f"{CONSIGNEE} WHERE code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def consignees() -> list[ConsigneeRow]:
    return await sql.fetch_as(ConsigneeRow, f"{CONSIGNEE} ORDER BY code")


async def shipment_by_id(shipment_id: int) -> ShipmentRow:
    row = await sql.one_as(ShipmentRow, f"{SHIPMENT} WHERE s.id = $1", shipment_id)
    if row is None:
        raise NotFound(f"#{shipment_id}")
    return row


async def shipment_by_code(code: str) -> ShipmentRow:
    row = await sql.one_as(ShipmentRow, f"{SHIPMENT} WHERE s.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def line_by_id(line_id: int) -> LineRow:
    row = await sql.one_as(LineRow, f"{LINE} WHERE l.id = $1", line_id)
    if row is None:
        raise NotFound(f"#{line_id}")
    return row


async def lines_of_shipment(shipment_id: int, *, removed: bool = False) -> list[LineRow]:
    """The lines that stand, in the order of picking; with `removed` also those taken off."""
    return await sql.fetch_as(
        LineRow, f"{LINE} WHERE l.shipment = $1 AND ($2 OR l.removed_at IS NULL) ORDER BY l.id", shipment_id, removed
    )


async def lines_of_unit(unit_id: int) -> list[LineRow]:
    return await sql.fetch_as(LineRow, f"{LINE} WHERE l.unit = $1 AND l.removed_at IS NULL ORDER BY l.id", unit_id)
