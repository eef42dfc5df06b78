"""The books of materials: what came, what was inspected, what was used, and whether the three agree (S25).

Every figure is counted from the records themselves each time; nothing is kept twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.i18n import current_locale
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.states import LotDecision
from maskqms.trace.states import Activity, UnitState


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """A stretch of days (of receipt, or of use), a material, a supplier."""

    since: date | None = None
    until: date | None = None
    material: str | None = None
    supplier: str | None = None

    @property
    def args(self) -> tuple[object, ...]:
        """First moment of the first day and first moment after the last one, in the factory."""
        return (
            None if self.since is None else end_of_day(self.since - timedelta(days=1)),
            None if self.until is None else end_of_day(self.until),
            self.material,
            self.supplier,
        )


LOTS = (
    " FROM lot l JOIN trace_unit u ON u.id = l.id JOIN material m ON m.id = l.material"
    " JOIN supplier s ON s.id = l.supplier WHERE ($1::timestamptz IS NULL OR l.received_at >= $1)"
    " AND ($2::timestamptz IS NULL OR l.received_at < $2) AND ($3::text IS NULL OR m.code = $3)"
    " AND ($4::text IS NULL OR s.code = $4)"
)

DELIVERED = f"{LOTS} AND NOT u.identifiers ? 'regraded_from'"
"""What a supplier brought; a regraded lot was bought once, as what it was then."""


class _Named:
    """The material's name in the reader's language."""

    __slots__ = ()
    name_zh: str
    name_en: str | None

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


@dataclass(frozen=True, slots=True)
class PurchaseLine(_Named):
    """A receipt."""

    received_at: datetime
    lot: str
    material: str
    name_zh: str
    name_en: str | None
    supplier: str
    supplier_name: str
    supplier_lot: str
    manufacturer: str
    delivery_note: str
    quantity: Decimal
    unit: str
    rolls: int
    receiver: str


PURCHASES = (
    "SELECT l.received_at, u.code AS lot, m.code AS material, m.name_zh, m.name_en, s.code AS supplier,"
    " s.name AS supplier_name, l.supplier_lot, l.manufacturer, l.delivery_note, u.quantity, u.unit,"
    " (SELECT count(*) FROM roll r WHERE r.lot = l.id) AS rolls,"
    " (SELECT a.name FROM account a WHERE a.id = l.received_by) AS receiver"
)


@dataclass(frozen=True, slots=True)
class InspectionLine(_Named):
    """An inspection of a lot with what was decided."""

    received_at: datetime
    lot: str
    material: str
    name_zh: str
    name_en: str | None
    supplier_name: str
    specification: int
    inspection: str | None
    inspection_state: InspectionState | None
    outcome: Outcome | None
    state: UnitState
    decision: LotDecision | None
    decided_at: datetime | None
    decider: str | None


INSPECTIONS = (
    "SELECT f.*, i.code AS inspection, i.state AS inspection_state, i.outcome FROM (SELECT l.id, l.received_at,"
    " u.code AS lot, m.code AS material, m.name_zh, m.name_en, s.name AS supplier_name,"
    " (SELECT p.version FROM specification p WHERE p.id = l.specification) AS specification, u.state, l.decision,"
    " l.decided_at, (SELECT a.name FROM account a WHERE a.id = l.decided_by) AS decider"
    f"{LOTS} ORDER BY l.id DESC LIMIT $5 OFFSET $6) f LEFT JOIN inspection i ON i.subject = f.id"
    " AND i.purpose = 'incoming' ORDER BY f.id DESC, i.id"
)


@dataclass(frozen=True, slots=True)
class UseLine(_Named):
    """Material that went into a batch, or came back from it unused (a negative quantity)."""

    at: datetime
    activity: Activity
    batch: str
    code: str
    lot: str
    material: str
    name_zh: str
    name_en: str | None
    supplier_name: str
    quantity: Decimal
    unit: str
    who: str


USES_FROM = (
    " FROM trace_link k JOIN trace_unit c ON c.id = k.child AND c.kind = 'batch' JOIN trace_unit r ON r.id = k.parent"
    " LEFT JOIN roll o ON o.id = r.id JOIN lot l ON l.id = coalesce(o.lot, r.id) JOIN trace_unit u ON u.id = l.id"
    " JOIN material m ON m.id = l.material JOIN supplier s ON s.id = l.supplier"
    " WHERE ($1::timestamptz IS NULL OR k.at >= $1) AND ($2::timestamptz IS NULL OR k.at < $2)"
    " AND ($3::text IS NULL OR m.code = $3) AND ($4::text IS NULL OR s.code = $4)"
)
USES = (
    "SELECT k.at, k.activity, c.code AS batch, r.code, u.code AS lot, m.code AS material, m.name_zh, m.name_en,"
    " s.name AS supplier_name, k.quantity, k.unit, coalesce((SELECT a.name FROM account a WHERE a.username = k.actor),"
    " k.actor) AS who"
)


@dataclass(frozen=True, slots=True)
class ReconciledLine(_Named):
    """A lot with all its rolls: received and found = used + samples + scrap + returned + on hand, or it does not."""

    received_at: datetime
    lot: str
    material: str
    name_zh: str
    name_en: str | None
    supplier_name: str
    unit: str
    received: Decimal
    used: Decimal
    samples: Decimal
    scrap: Decimal
    returned: Decimal
    adjusted: Decimal
    on_hand: Decimal

    @property
    def difference(self) -> Decimal:
        """What nothing on record explains."""
        out = self.used + self.samples + self.scrap + self.returned + self.on_hand
        return self.received + self.adjusted - out


RECONCILED = (
    "WITH chosen AS (SELECT l.id, l.received_at, u.code AS lot, m.code AS material, m.name_zh, m.name_en,"
    f" s.name AS supplier_name, u.unit, u.quantity{LOTS} ORDER BY l.id DESC LIMIT $5 OFFSET $6),"
    " part AS (SELECT id AS lot, id AS unit FROM chosen UNION ALL SELECT r.lot, r.id FROM roll r JOIN chosen c"
    " ON c.id = r.lot)"
    " SELECT c.received_at, c.lot, c.material, c.name_zh, c.name_en, c.supplier_name, c.unit,"
    " c.quantity + coalesce(m.corrected, 0) AS received, coalesce(k.used, 0) AS used,"
    " coalesce(m.samples, 0) AS samples, coalesce(m.scrap, 0) AS scrap,"
    " coalesce(m.returned, 0) AS returned, coalesce(m.adjusted, 0) AS adjusted,"
    " coalesce(h.on_hand, 0) AS on_hand FROM chosen c"
    " LEFT JOIN (SELECT p.lot, sum(u.on_hand) AS on_hand FROM part p JOIN trace_unit u ON u.id = p.unit"
    " GROUP BY p.lot) h ON h.lot = c.id"
    " LEFT JOIN (SELECT p.lot, sum(k.quantity) AS used FROM part p JOIN trace_link k ON k.parent = p.unit AND k.drawn"
    " WHERE NOT EXISTS (SELECT 1 FROM part q WHERE q.unit = k.child AND q.lot = p.lot) GROUP BY p.lot) k"
    " ON k.lot = c.id"
    " LEFT JOIN (SELECT p.lot, sum(v.quantity) FILTER (WHERE v.kind IN ('sample', 'retain')) AS samples,"
    " sum(v.quantity) FILTER (WHERE v.kind = 'scrap') AS scrap,"
    " sum(v.quantity) FILTER (WHERE v.kind = 'return') AS returned,"
    " sum(v.quantity) FILTER (WHERE v.kind IN ('adjust', 'restock')) AS adjusted,"
    " sum(v.quantity) FILTER (WHERE v.kind IN ('correct', 'output') AND p.unit <> p.lot) AS corrected"
    " FROM part p JOIN unit_movement v ON v.unit = p.unit GROUP BY p.lot) m ON m.lot = c.id"
    " ORDER BY c.id DESC"
)

ALL = 10_000_000
"""No limit: for a file."""


async def count_lots(asked: LedgerFilter) -> int:
    """Lots, regraded ones too: each has its inspections and its balance."""
    return await sql.fetch_value(f"SELECT count(*){LOTS}", *asked.args)  # type: ignore[no-any-return]


async def count_purchases(asked: LedgerFilter) -> int:
    return await sql.fetch_value(f"SELECT count(*){DELIVERED}", *asked.args)  # type: ignore[no-any-return]


async def count_uses(asked: LedgerFilter) -> int:
    return await sql.fetch_value(f"SELECT count(*){USES_FROM}", *asked.args)  # type: ignore[no-any-return]


async def purchases(asked: LedgerFilter, *, limit: int = ALL, offset: int = 0) -> list[PurchaseLine]:
    return await sql.fetch_as(
        PurchaseLine, f"{PURCHASES}{DELIVERED} ORDER BY l.id DESC LIMIT $5 OFFSET $6", *asked.args, limit, offset
    )


async def inspections(asked: LedgerFilter, *, limit: int = ALL, offset: int = 0) -> list[InspectionLine]:
    """Every inspection of each lot: a repeated one stands beside the first."""
    return await sql.fetch_as(InspectionLine, INSPECTIONS, *asked.args, limit, offset)


async def uses(asked: LedgerFilter, *, limit: int = ALL, offset: int = 0) -> list[UseLine]:
    return await sql.fetch_as(
        UseLine, f"{USES}{USES_FROM} ORDER BY k.at DESC, k.id DESC LIMIT $5 OFFSET $6", *asked.args, limit, offset
    )


async def reconciled(asked: LedgerFilter, *, limit: int = ALL, offset: int = 0) -> list[ReconciledLine]:
    return await sql.fetch_as(ReconciledLine, RECONCILED, *asked.args, limit, offset)
