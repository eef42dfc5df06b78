"""Lots and their rolls: one with everything on its page, and the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.states import Category, LotDecision, Measure
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with the words of its material, supplier and incoming inspection. Its state is its unit's."""

    id: int
    code: str
    state: UnitState
    held: bool
    quantity: Decimal
    on_hand: Decimal
    unit: Measure
    usable_until: datetime | None
    material: int
    material_code: str
    name_zh: str
    name_en: str | None
    category: Category
    supplier: int
    supplier_code: str
    supplier_name: str
    supplier_lot: str
    manufacturer: str
    made_on: date | None
    expires_on: date | None
    delivery_note: str
    version: int
    approval: int
    credentials: Json[list[dict[str, Any]]]
    received_name: str
    received_at: datetime
    decision: LotDecision | None
    decision_reason: str | None
    decider_name: str | None
    decided_at: datetime | None
    inspection: str | None

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def href(self) -> str:
        return f"/lots/{self.code}"

    @property
    def facts(self) -> dict[str, Any]:
        """The lot's part of what is signed when it is decided."""
        return {
            "lot": self.code,
            "material": self.material_code,
            "specification": f"{self.material_code} v{self.version}",
            "supplier": self.supplier_code,
            "supplier_lot": self.supplier_lot,
            "manufacturer": self.manufacturer,
            "quantity": self.quantity,
            "unit": self.unit,
            "expires_on": self.expires_on,
            "inspection": self.inspection,
        }


LOT = (
    "SELECT l.id, u.code, u.state, u.held, u.quantity, u.on_hand, u.unit, u.usable_until, l.material,"
    " m.code AS material_code, m.name_zh, m.name_en, m.category, l.supplier, s.code AS supplier_code,"
    " s.name AS supplier_name, l.supplier_lot, l.manufacturer, l.made_on, l.expires_on, l.delivery_note, p.version,"
    " l.approval, l.credentials, r.name AS received_name, l.received_at, l.decision, l.decision_reason,"
    " d.name AS decider_name, l.decided_at,"
    " (SELECT i.code FROM inspection i WHERE i.subject = l.id AND i.purpose = 'incoming' ORDER BY i.id DESC LIMIT 1)"
    " AS inspection"
    " FROM lot l JOIN trace_unit u ON u.id = l.id JOIN material m ON m.id = l.material"
    " JOIN supplier s ON s.id = l.supplier JOIN specification p ON p.id = l.specification"
    " JOIN account r ON r.id = l.received_by LEFT JOIN account d ON d.id = l.decided_by"
)


async def lot_by_code(code: str) -> LotRow:
    row = await sql.one_as(LotRow, f"{LOT} WHERE u.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


@dataclass(frozen=True, slots=True)
class RollRow:
    """A roll and its unit."""

    id: int
    code: str
    number: int
    supplier_roll: str | None
    metres: Decimal | None
    kilograms: Decimal | None
    on_hand: Decimal
    state: UnitState
    held: bool


async def rolls_of(lot_id: int) -> list[RollRow]:
    return await sql.fetch_as(
        RollRow,
        "SELECT r.id, u.code, r.number, r.supplier_roll, r.metres, r.kilograms, u.on_hand, u.state, u.held FROM roll r"
        " JOIN trace_unit u ON u.id = r.id WHERE r.lot = $1 ORDER BY r.number",
        lot_id,
    )


async def delivery_received(supplier_id: int, material_id: int, supplier_lot: str, delivery_note: str) -> str | None:
    """The lot under which this delivery stands already."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT u.code FROM lot l JOIN trace_unit u ON u.id = l.id WHERE l.supplier = $1 AND l.material = $2"
        " AND l.supplier_lot = $3 AND l.delivery_note = $4",
        supplier_id,
        material_id,
        supplier_lot,
        delivery_note,
    )


@dataclass(frozen=True, slots=True)
class LotLine:
    """A line of the list."""

    code: str
    state: UnitState
    held: bool
    material_code: str
    name_zh: str
    name_en: str | None
    supplier_name: str
    supplier_lot: str
    quantity: Decimal
    on_hand: Decimal
    unit: Measure
    rolls: int
    received_at: datetime
    expires_on: date | None
    inspection: str | None
    inspection_state: InspectionState | None
    outcome: Outcome | None

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


@dataclass(frozen=True, slots=True)
class LotList:
    rows: list[LotLine]
    total: int


LIST = (
    "SELECT l.id, u.code, u.state, u.held, m.code AS material_code, m.name_zh, m.name_en, s.name AS supplier_name,"
    " l.supplier_lot, u.quantity, coalesce(r.on_hand, 0) + u.on_hand AS on_hand, u.unit, r.rolls, l.received_at,"
    " l.expires_on, i.code AS inspection, i.state AS inspection_state, i.outcome FROM ({page}) p"
    " JOIN lot l ON l.id = p.id JOIN trace_unit u ON u.id = l.id JOIN material m ON m.id = l.material"
    " JOIN supplier s ON s.id = l.supplier LEFT JOIN LATERAL (SELECT code, state, outcome FROM inspection"
    " WHERE subject = l.id AND purpose = 'incoming' ORDER BY id DESC LIMIT 1) i ON true"
    " CROSS JOIN LATERAL (SELECT sum(ru.on_hand) AS on_hand, count(*) AS rolls FROM roll r"
    " JOIN trace_unit ru ON ru.id = r.id WHERE r.lot = l.id) r ORDER BY l.id DESC"
)
"""The rows of a page that was chosen by key before: what a line shows costs the lines, not the table."""


def _chosen(state: UnitState | None, material: str | None, text: str | None) -> tuple[str, list[str]]:
    """FROM and WHERE of the lots that are asked for, with only what the question needs; and its values."""
    asked: list[str] = []
    tables, conditions = "lot l", []
    if state is not None or text is not None:
        tables += " JOIN trace_unit u ON u.id = l.id"
    if state is not None:
        asked.append(state)
        conditions.append(f"u.state = ${len(asked)} AND u.kind = 'lot'")
    if material is not None:
        asked.append(material)
        conditions.append(f"l.material = (SELECT id FROM material WHERE code = ${len(asked)})")
    if text is not None:
        asked.append(f"%{text}%")
        like = f"ILIKE ${len(asked)}"
        named = f"l.supplier IN (SELECT id FROM supplier WHERE name {like})"
        conditions.append(f"(u.code {like} OR l.supplier_lot {like} OR {named})")
    return f"{tables} WHERE {' AND '.join(conditions) or 'true'}", asked


async def lots(
    *,
    state: UnitState | None = None,
    material: str | None = None,
    text: str | None = None,
    page: int = 1,
    size: int = 50,
) -> LotList:
    """A page of the list in two statements."""
    where, asked = _chosen(state, material, text or None)
    total = await sql.fetch_value(f"SELECT count(*) FROM {where}", *asked)
    at = len(asked)
    chosen = f"SELECT l.id FROM {where} ORDER BY l.id DESC LIMIT ${at + 1} OFFSET ${at + 2}"
    rows = await sql.fetch_as(LotLine, LIST.replace("{page}", chosen), *asked, size, (page - 1) * size)
    return LotList(rows, total)
