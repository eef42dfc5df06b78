"""Reads of shipping: terms, where a carton stands, what it came from, sheets of shipments, the sales ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import NotFound
from maskqms.shipping.rules import Source, Standing, Terms
from maskqms.trace.states import ShipmentState, UnitState

TERMS = (
    "SELECT c.code, c.name, c.address, c.contact, c.country, coalesce(t.min_remaining_days, 0) AS min_remaining_days,"
    " t.credential, t.credential_until FROM consignee c LEFT JOIN consignee_terms t ON t.consignee = c.id"
)


async def terms_of(consignee: str) -> Terms:
    """The consignee of this code, with what was agreed."""
    row = await sql.one_as(Terms, f"{TERMS} WHERE c.code = $1", consignee)
    if row is None:
        raise NotFound(consignee)
    return row


@dataclass(frozen=True, slots=True)
class ConsigneeLine:
    """A line of the list of consignees."""

    code: str
    name: str
    address: str | None
    contact: str | None
    country: str | None
    min_remaining_days: int
    credential: str | None
    credential_until: date | None
    shipments: int
    last_shipped: date | None


async def consignee_lines(text: str | None = None, *, page: int = 1, size: int = 50) -> list[ConsigneeLine]:
    return await sql.fetch_as(
        ConsigneeLine,
        "SELECT c.code, c.name, c.address, c.contact, c.country, coalesce(t.min_remaining_days, 0) AS"
        " min_remaining_days, t.credential, t.credential_until, s.shipments, s.last_shipped"
        " FROM consignee c LEFT JOIN consignee_terms t ON t.consignee = c.id"
        " LEFT JOIN LATERAL (SELECT count(*) AS shipments, max(shipped_on) AS last_shipped FROM shipment"
        " WHERE consignee = c.id AND state <> 'cancelled') s ON true"
        " WHERE $1::text IS NULL OR c.code ILIKE $1 OR c.name ILIKE $1 ORDER BY c.code LIMIT $2 OFFSET $3",
        like(text),
        size,
        (page - 1) * size,
    )


async def consignee_count(text: str | None = None) -> int:
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT count(*) FROM consignee c WHERE $1::text IS NULL OR c.code ILIKE $1 OR c.name ILIKE $1", like(text)
    )


def like(text: str | None) -> str | None:
    return f"%{text.strip()}%" if text and text.strip() else None


async def standing_of(unit: int) -> Standing | None:
    """The shipment on which a carton stands, when it stands on one."""
    return await sql.one_as(
        Standing,
        "SELECT s.code, s.state FROM shipment_line l JOIN shipment s ON s.id = l.shipment"
        " WHERE l.unit = $1 AND l.removed_at IS NULL AND s.state <> 'cancelled' ORDER BY l.id DESC LIMIT 1",
        unit,
    )


@dataclass(frozen=True, slots=True)
class _SourceRow:
    carton: int
    unit: int
    batch: str
    imported: bool
    certificate: str | None
    product: str | None
    device_name: str | None
    model: str | None
    markets: tuple[str, ...]


async def sources_of(cartons: Iterable[int]) -> dict[int, list[Source]]:
    """The batches that each carton came from, with their release; one statement for any number of cartons."""
    rows = await sql.fetch_as(_SourceRow, sql.load("maskqms.shipping", "sources.sql"), sorted(set(cartons)))
    found: dict[int, list[Source]] = {}
    for row in rows:
        source = Source(
            row.unit,
            row.batch,
            row.imported,
            row.certificate,
            row.product,
            row.device_name,
            row.model,
            row.markets,
        )
        found.setdefault(row.carton, []).append(source)
    return found


@dataclass(frozen=True, slots=True)
class PickedRow:
    """A line that stands on a shipment, with its carton as it is now and who looked at it."""

    id: int
    unit: int
    code: str
    item: str
    quantity: Decimal
    unit_of_measure: str
    state: UnitState
    held: bool
    usable_until: datetime | None
    batch: str | None
    added_by: str
    added_by_name: str
    added_at: datetime
    checked_by: str | None
    checked_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """The last day of use, as it is printed; the unit keeps the moment after it."""
        return local(self.usable_until - timedelta(seconds=1)).date() if self.usable_until else None


async def picked(shipment: int) -> list[PickedRow]:
    """The lines of a shipment in the order of picking."""
    return await sql.fetch_as(
        PickedRow,
        "SELECT l.id, l.unit, u.code, u.item, l.quantity, l.unit_of_measure, u.state, u.held, u.usable_until,"
        " u.identifiers ->> 'batch' AS batch, l.added_by, coalesce(a.name, l.added_by) AS added_by_name, l.added_at,"
        " k.checker_name AS checked_by, k.at AS checked_at"
        " FROM shipment_line l JOIN trace_unit u ON u.id = l.unit LEFT JOIN outbound_check k ON k.line = l.id"
        " LEFT JOIN account a ON a.username = l.added_by"
        " WHERE l.shipment = $1 AND l.removed_at IS NULL ORDER BY l.id",
        shipment,
    )


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """A line of the list of shipments."""

    code: str
    consignee: str
    consignee_name: str
    state: ShipmentState
    created_at: datetime
    shipped_on: date | None
    cartons: int
    checked: int
    pieces: Decimal


SHIPMENTS = (
    " FROM shipment s JOIN consignee c ON c.id = s.consignee WHERE ($1::text IS NULL OR s.state = $1)"
    " AND ($2::text IS NULL OR s.code ILIKE $2 OR c.code ILIKE $2 OR c.name ILIKE $2)"
)


async def shipment_lines(
    *, state: ShipmentState | None, text: str | None, page: int = 1, size: int = 50
) -> list[ShipmentLine]:
    """Those being picked first, then the newest."""
    return await sql.fetch_as(
        ShipmentLine,
        "SELECT s.code, c.code AS consignee, c.name AS consignee_name, s.state, s.created_at, s.shipped_on,"
        " coalesce(l.cartons, 0) AS cartons, coalesce(l.checked, 0) AS checked, coalesce(l.pieces, 0) AS pieces"
        " FROM (SELECT s.*"
        f"{SHIPMENTS} ORDER BY (s.state = 'open') DESC, s.id DESC LIMIT $3 OFFSET $4) s"
        " JOIN consignee c ON c.id = s.consignee LEFT JOIN LATERAL (SELECT count(*) AS cartons, count(k.id) AS checked,"
        " sum(l.quantity) AS pieces FROM shipment_line l LEFT JOIN outbound_check k ON k.line = l.id"
        " WHERE l.shipment = s.id AND l.removed_at IS NULL) l ON true ORDER BY (s.state = 'open') DESC, s.id DESC",
        state,
        like(text),
        size,
        (page - 1) * size,
    )


async def shipment_count(*, state: ShipmentState | None, text: str | None) -> int:
    return await sql.fetch_value(f"SELECT count(*){SHIPMENTS}", state, like(text))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Papers:
    carrier: str
    waybill: str | None
    delivery_note: str | None
    conditions: str | None


async def papers_of(shipment: int) -> Papers | None:
    return await sql.one_as(
        Papers, "SELECT carrier, waybill, delivery_note, conditions FROM shipment_papers WHERE shipment = $1", shipment
    )


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A line of the sales ledger (R97)."""

    shipment: str
    carton: str
    batch_number: str
    device_name: str
    model: str
    quantity: Decimal
    unit: str
    udi: str | None
    expires_on: date
    sold_on: date
    buyer: str
    address: str
    contact: str
    certificate: str | None


SALE = (
    "SELECT s.code AS shipment, u.code AS carton, r.batch_number, r.device_name, r.model, r.quantity, r.unit, r.udi,"
    " r.expires_on, r.sold_on, r.buyer, r.address, r.contact, r.certificate FROM sale_record r"
    " JOIN shipment s ON s.id = r.shipment JOIN shipment_line l ON l.id = r.line JOIN trace_unit u ON u.id = l.unit"
)


async def sales_of_shipment(shipment: int) -> list[SaleRow]:
    return await sql.fetch_as(SaleRow, f"{SALE} WHERE r.shipment = $1 ORDER BY r.id", shipment)


async def sales_of_batch(batch: int) -> Sequence[SaleRow]:
    """Where the goods of a batch went, as it was on the day."""
    return await sql.fetch_as(SaleRow, f"{SALE} WHERE r.batch = $1 ORDER BY r.id", batch)
