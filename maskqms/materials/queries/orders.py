"""Purchase orders with what came of every line: one of them, those that wait for goods, and the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.materials.queries.materials import specification_in_force
from maskqms.materials.queries.suppliers import SupplierRow, credential_rules, credentials_of, latest_approval
from maskqms.materials.rules.orders import LineFacts, OrderedFacts
from maskqms.materials.rules.sourcing import OrderFacts
from maskqms.materials.states import Category, Measure, OrderState


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with the words of its supplier and of who wrote, placed and ended it."""

    id: int
    code: str
    state: OrderState
    supplier: int
    supplier_code: str
    supplier_name: str
    note: str | None
    drafted_name: str
    drafted_at: datetime
    ordered_name: str | None
    ordered_at: datetime | None
    ended_name: str | None
    ended_at: datetime | None
    ended_reason: str | None


ORDER = (
    "SELECT o.id, o.code, o.state, o.supplier, s.code AS supplier_code, s.name AS supplier_name, o.note,"
    " d.name AS drafted_name, o.drafted_at, p.name AS ordered_name, o.ordered_at, e.name AS ended_name, o.ended_at,"
    " o.ended_reason FROM purchase_order o JOIN supplier s ON s.id = o.supplier JOIN account d ON d.id = o.drafted_by"
    " LEFT JOIN account p ON p.id = o.ordered_by LEFT JOIN account e ON e.id = o.ended_by"
)


async def order_by_code(code: str) -> OrderRow:
    row = await sql.one_as(OrderRow, f"{ORDER} WHERE o.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_order(code: str) -> OrderRow:
    """The order, nobody else's until the act ends: its lines and what comes on them change under this lock."""
    await sql.execute("SELECT 1 FROM purchase_order WHERE code = $1 FOR UPDATE", code)
    return await order_by_code(code)


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line with its material, the version that was ordered, and what came or was sent away."""

    id: int
    number: int
    order_code: str
    order_state: OrderState
    closed_by_hand: bool
    supplier_code: str
    material: int
    material_code: str
    name_zh: str
    name_en: str | None
    category: Category
    unit: Measure
    storage_life_days: int | None
    version: int | None
    quantity: Decimal
    over_percent: Decimal
    due_on: date
    delivered: Decimal
    refused: Decimal

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def facts(self) -> LineFacts:
        return LineFacts(
            order=self.order_code,
            number=self.number,
            state=self.order_state,
            closed_by_hand=self.closed_by_hand,
            supplier_code=self.supplier_code,
            material_code=self.material_code,
            unit=self.unit,
            quantity=self.quantity,
            over_percent=self.over_percent,
            delivered=self.delivered,
            due_on=self.due_on,
        )

    @property
    def missing(self) -> Decimal:
        return self.facts.missing

    @property
    def most(self) -> Decimal:
        return self.facts.most


DELIVERED = (
    "(SELECT coalesce(sum(u.quantity), 0) FROM lot g JOIN trace_unit u ON u.id = g.id WHERE g.purchase_line = l.id)"
)
LINE = (
    "SELECT l.id, l.number, o.code AS order_code, o.state AS order_state, o.ended_by IS NOT NULL AS closed_by_hand,"
    " s.code AS supplier_code, l.material, m.code AS material_code, m.name_zh, m.name_en, m.category, m.unit,"
    " m.storage_life_days, v.version, l.quantity, l.over_percent, l.due_on,"
    f" {DELIVERED} AS delivered,"
    " (SELECT coalesce(sum(r.quantity), 0) FROM refused_goods r WHERE r.purchase_line = l.id) AS refused"
    " FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_order JOIN supplier s ON s.id = o.supplier"
    " JOIN material m ON m.id = l.material LEFT JOIN specification v ON v.id = l.specification"
)


async def lines_of(order_id: int) -> list[OrderLineRow]:
    return await sql.fetch_as(
        OrderLineRow, f"{LINE} WHERE l.purchase_order = $1 AND l.removed_at IS NULL ORDER BY l.number", order_id
    )


async def awaited_line(supplier_id: int, material_id: int) -> OrderLineRow | None:
    """The line on which such goods come when nobody names an order: one that misses some, the first that is due."""
    return await sql.one_as(
        OrderLineRow,
        f"SELECT * FROM ({LINE} WHERE o.supplier = $1 AND l.material = $2 AND l.removed_at IS NULL"
        " AND o.state IN ('placed', 'part_delivered')) f ORDER BY delivered >= quantity, due_on, id LIMIT 1",
        supplier_id,
        material_id,
    )


async def order_behind(text: str) -> str | None:
    """The order of this number, or the one on which goods of this delivery note came last."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT code FROM (SELECT code, 0 AS place, id FROM purchase_order WHERE code = upper($1)"
        " UNION ALL SELECT o.code, 1, l.id FROM lot l JOIN purchase_line p ON p.id = l.purchase_line"
        " JOIN purchase_order o ON o.id = p.purchase_order WHERE l.delivery_note = $1"
        " UNION ALL SELECT o.code, 2, r.id FROM refused_goods r JOIN purchase_line p ON p.id = r.purchase_line"
        " JOIN purchase_order o ON o.id = p.purchase_order WHERE r.delivery_note = $1)"
        " f ORDER BY place, id DESC LIMIT 1",
        text,
    )


async def ordered_facts(source: SupplierRow, lines: Sequence[OrderLineRow], day: date) -> list[OrderedFacts]:
    """What decides about each line on the day it is ordered."""
    rules, papers = await credential_rules(), await credentials_of(source.id)
    return [
        OrderedFacts(
            facts=OrderFacts(
                supplier_code=source.code,
                supplier_name=source.name,
                supplier_kind=source.kind,
                material=line.material,
                material_code=line.material_code,
                category=line.category,
                configured=rules.get(line.category),
                credentials=papers,
                approval=await latest_approval(source.id, line.material),
                day=day,
            ),
            has_specification=await specification_in_force(line.material) is not None,
            due_on=line.due_on,
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of the list of orders: what it is for, how much of it came, when the next of it is due."""

    code: str
    state: OrderState
    supplier_code: str
    supplier_name: str
    materials: list[str]
    lines: int
    complete: int
    next_due: date | None
    overdue: bool
    drafted_at: datetime
    ordered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderList:
    rows: list[OrderLine]
    total: int


FILTERED = (
    " FROM purchase_order o WHERE ($2::text IS NULL OR o.state = $2)"
    " AND ($3::text IS NULL OR o.supplier = (SELECT id FROM supplier WHERE code = $3))"
    " AND (NOT $4::boolean OR (o.state IN ('placed', 'part_delivered') AND EXISTS (SELECT 1 FROM purchase_line l"
    f" WHERE l.purchase_order = o.id AND l.removed_at IS NULL AND l.due_on < $1 AND l.quantity > {DELIVERED})))"
)
CHOSEN = f"SELECT o.* {FILTERED} ORDER BY o.id DESC LIMIT $5 OFFSET $6"
WAITING = "SELECT o.* FROM purchase_order o WHERE o.state IN ('placed', 'part_delivered')"
HEAD = (
    "SELECT f.code, f.state, s.code AS supplier_code, s.name AS supplier_name, t.materials, t.lines, t.complete,"
    " t.next_due, f.state IN ('placed', 'part_delivered') AND coalesce(t.next_due < $1, false) AS overdue,"
    " f.drafted_at, f.ordered_at"
)
TAIL = (
    " JOIN supplier s ON s.id = f.supplier CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT code), '{}')"
    " AS materials, count(*) AS lines, count(*) FILTER (WHERE delivered >= quantity) AS complete,"
    " min(due_on) FILTER (WHERE delivered < quantity) AS next_due FROM (SELECT m.code, l.quantity, l.due_on,"
    f" {DELIVERED} AS delivered FROM purchase_line l JOIN material m ON m.id = l.material"
    " WHERE l.purchase_order = f.id AND l.removed_at IS NULL) x) t"
)


async def orders(
    *,
    day: date,
    state: OrderState | None = None,
    supplier: str | None = None,
    overdue: bool = False,
    page: int = 1,
    size: int = 50,
) -> OrderList:
    """A page of the list in two statements."""
    asked = (day, state, supplier, overdue)
    total = await sql.fetch_value(f"SELECT count(*) {FILTERED} AND $1::date IS NOT NULL", *asked)
    shown = f"{HEAD} FROM ({CHOSEN}) f{TAIL} ORDER BY f.id DESC"
    rows = await sql.fetch_as(OrderLine, shown, *asked, size, (page - 1) * size)
    return OrderList(rows, total)


async def awaited_orders(day: date) -> list[OrderLine]:
    """Every order that waits for goods, the first that is due before the others; for the tablet and the desk."""
    return await sql.fetch_as(OrderLine, f"{HEAD} FROM ({WAITING}) f{TAIL} ORDER BY t.next_due NULLS LAST, f.id", day)
