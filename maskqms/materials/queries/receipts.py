"""What came in: the ledger of receipts, the lots of one order, their certificates, and what was sent away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.materials.states import Measure
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One lot as it came: on which line of which order, how much, from whom, when, taken in by whom."""

    lot_id: int
    lot: str
    state: UnitState
    order_code: str | None
    line: int | None
    ordered: Decimal | None
    due_on: date | None
    no_order_reason: str | None
    material_code: str
    name_zh: str
    name_en: str | None
    unit: Measure
    quantity: Decimal
    metres: Decimal | None
    kilograms: Decimal | None
    rolls: int
    supplier_code: str
    supplier_name: str
    manufacturer: str
    supplier_lot: str
    delivery_note: str
    made_on: date | None
    expires_on: date | None
    certificates: int
    received_name: str
    received_at: datetime
    late_days: int

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


RECEIPT = (
    "SELECT l.id AS lot_id, u.code AS lot, u.state, o.code AS order_code, p.number AS line, p.quantity AS ordered,"
    " p.due_on, l.no_order_reason, m.code AS material_code, m.name_zh, m.name_en, u.unit, u.quantity, l.metres,"
    " l.kilograms, (SELECT count(*) FROM roll r WHERE r.lot = l.id) AS rolls, s.code AS supplier_code,"
    " s.name AS supplier_name, l.manufacturer, l.supplier_lot, l.delivery_note, l.made_on, l.expires_on,"
    " (SELECT count(*) FROM lot_certificate c WHERE c.lot = l.id) AS certificates, a.name AS received_name,"
    " l.received_at, greatest(0, coalesce((l.received_at AT TIME ZONE $1)::date - p.due_on, 0)) AS late_days"
    " FROM lot l JOIN trace_unit u ON u.id = l.id JOIN material m ON m.id = l.material"
    " JOIN supplier s ON s.id = l.supplier JOIN account a ON a.id = l.received_by"
    " LEFT JOIN purchase_line p ON p.id = l.purchase_line LEFT JOIN purchase_order o ON o.id = p.purchase_order"
)


async def receipts(
    *,
    zone: str,
    supplier: str | None = None,
    material: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    order: int | None = None,
) -> list[ReceiptRow]:
    """The ledger in one statement, oldest first. `zone` is the factory's: lateness is counted in its days."""
    return await sql.fetch_as(
        ReceiptRow,
        f"{RECEIPT} WHERE ($2::text IS NULL OR s.code = $2) AND ($3::text IS NULL OR m.code = $3)"
        " AND ($4::timestamptz IS NULL OR l.received_at >= $4) AND ($5::timestamptz IS NULL OR l.received_at < $5)"
        " AND ($6::bigint IS NULL OR p.purchase_order = $6) ORDER BY l.received_at, l.id",
        zone,
        supplier,
        material,
        since,
        before,
        order,
    )


@dataclass(frozen=True, slots=True)
class CertificateRow:
    id: int
    name: str
    media_type: str
    digest: str
    added_name: str
    added_at: datetime


async def certificates_of(lot_id: int) -> list[CertificateRow]:
    return await sql.fetch_as(
        CertificateRow,
        "SELECT c.id, c.name, c.media_type, c.digest, a.name AS added_name, c.added_at FROM lot_certificate c"
        " JOIN account a ON a.id = c.added_by WHERE c.lot = $1 ORDER BY c.id",
        lot_id,
    )


@dataclass(frozen=True, slots=True)
class CertificateFile:
    name: str
    media_type: str
    content: bytes


async def certificate_file(lot_code: str, certificate_id: int) -> CertificateFile:
    row = await sql.one_as(
        CertificateFile,
        "SELECT c.name, c.media_type, c.content FROM lot_certificate c JOIN trace_unit u ON u.id = c.lot"
        " WHERE u.code = $1 AND c.id = $2",
        lot_code,
        certificate_id,
    )
    if row is None:
        raise NotFound(f"{lot_code} #{certificate_id}")
    return row


@dataclass(frozen=True, slots=True)
class LotOrder:
    """On what a lot came, and what it measured."""

    order_code: str | None
    line: int | None
    no_order_reason: str | None
    life_days: int | None
    metres: Decimal | None
    kilograms: Decimal | None


async def order_of_lot(lot_id: int) -> LotOrder:
    row = await sql.one_as(
        LotOrder,
        "SELECT o.code AS order_code, p.number AS line, l.no_order_reason, l.life_days, l.metres, l.kilograms"
        " FROM lot l LEFT JOIN purchase_line p ON p.id = l.purchase_line"
        " LEFT JOIN purchase_order o ON o.id = p.purchase_order WHERE l.id = $1",
        lot_id,
    )
    if row is None:
        raise NotFound(f"#{lot_id}")
    return row


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Goods that were sent away at the door."""

    id: int
    line: int
    material_code: str
    unit: Measure
    delivery_note: str
    supplier_lot: str | None
    quantity: Decimal
    rolls: list[str]
    reason: str
    refused_name: str
    refused_at: datetime


async def refused_of(order_id: int) -> list[RefusedRow]:
    return await sql.fetch_as(
        RefusedRow,
        "SELECT r.id, p.number AS line, m.code AS material_code, m.unit, r.delivery_note, r.supplier_lot, r.quantity,"
        " r.rolls, r.reason, a.name AS refused_name, r.refused_at FROM refused_goods r"
        " JOIN purchase_line p ON p.id = r.purchase_line JOIN material m ON m.id = p.material"
        " JOIN account a ON a.id = r.refused_by WHERE p.purchase_order = $1 ORDER BY r.id",
        order_id,
    )


async def label_codes(lots: Sequence[str]) -> list[str]:
    """What is labelled when these lots come in: each lot, then its rolls."""
    rows = await sql.fetch(
        "SELECT u.code FROM (SELECT i.code, l.id, 0 AS place, l.id AS lot FROM lot l JOIN trace_unit i ON i.id = l.id"
        " UNION ALL SELECT i.code, r.id, r.number, r.lot FROM roll r JOIN trace_unit i ON i.id = r.id) u"
        " JOIN trace_unit t ON t.id = u.lot WHERE t.code = ANY ($1) ORDER BY u.lot, u.place",
        list(lots),
    )
    return [row["code"] for row in rows]
