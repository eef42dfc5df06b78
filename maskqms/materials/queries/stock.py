"""What is in stock, where, how old, until when: pages and files of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.materials.queries.locations import IN_STOCK
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.states import UnitKind, UnitState

SORTS = {
    "expiry": "u.usable_until NULLS LAST, u.id",
    "age": "u.created_at, u.id",
    "place": "u.location NULLS FIRST, u.code",
    "code": "u.code",
}


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What of the stock is asked for; `ends_within` and `older_than` are days."""

    kind: UnitKind | None = None
    state: UnitState | None = None
    place: str | None = None
    text: str | None = None
    held: bool = False
    ends_within: int | None = None
    older_than: int | None = None
    sort: str = "expiry"


@dataclass(frozen=True, slots=True)
class StockRow:
    id: int
    kind: UnitKind
    code: str
    item: str
    material: str | None
    supplier: str | None
    supplier_lot: str | None
    state: UnitState
    held: bool
    on_hand: Decimal
    unit: str
    usable_until: datetime | None
    created_at: datetime
    location: str | None
    location_kind: LocationKind | None

    @property
    def last_day(self) -> date | None:
        return None if self.usable_until is None else local(self.usable_until - timedelta(seconds=1)).date()

    def age(self, now: datetime) -> int:
        """Days on the factory's calendar since it came in or was made."""
        return (local(now).date() - local(self.created_at).date()).days


WHERE = (
    f" FROM trace_unit u LEFT JOIN location p ON p.code = u.location WHERE {IN_STOCK}"
    " AND ($1::text IS NULL OR u.kind = $1) AND ($2::text IS NULL OR u.state = $2)"
    " AND ($3::text IS NULL OR u.location = $3)"
    " AND ($4::text IS NULL OR u.code ILIKE $4 OR u.item ILIKE $4 OR u.supplier_lot ILIKE $4"
    " OR u.identifiers ->> 'material' ILIKE $4) AND (NOT $5 OR u.held)"
    " AND ($6::timestamptz IS NULL OR u.usable_until < $6) AND ($7::timestamptz IS NULL OR u.created_at < $7)"
)
ROWS = (
    "SELECT u.id, u.kind, u.code, u.item, u.identifiers ->> 'material' AS material, u.supplier, u.supplier_lot,"
    f" u.state, u.held, u.on_hand, u.unit, u.usable_until, u.created_at, u.location, p.kind AS location_kind {WHERE}"
)


def _args(asked: StockFilter, at: datetime) -> tuple[object, ...]:
    return (
        asked.kind,
        asked.state,
        asked.place,
        f"%{asked.text}%" if asked.text else None,
        asked.held,
        None if asked.ends_within is None else at + timedelta(days=asked.ends_within),
        None if asked.older_than is None else at - timedelta(days=asked.older_than),
    )


async def stock(asked: StockFilter, at: datetime, *, page: int = 1, size: int = 50) -> tuple[list[StockRow], int]:
    """A page of the stock in two statements."""
    args = _args(asked, at)
    total = await sql.fetch_value(f"SELECT count(*) {WHERE}", *args)
    order = SORTS.get(asked.sort, SORTS["expiry"])
    rows = await sql.fetch_as(StockRow, f"{ROWS} ORDER BY {order} LIMIT $8 OFFSET $9", *args, size, (page - 1) * size)
    return rows, total


async def whole_stock(asked: StockFilter, at: datetime) -> list[StockRow]:
    """Everything that is asked for, for a file."""
    return await sql.fetch_as(StockRow, f"{ROWS} ORDER BY {SORTS.get(asked.sort, SORTS['expiry'])}", *_args(asked, at))


@dataclass(frozen=True, slots=True)
class Buckets:
    """How many units of the stock end when, and how long they have lain."""

    expired: int
    within_30: int
    within_90: int
    later: int
    no_end: int
    young: int
    months_1_3: int
    months_3_6: int
    older: int


async def buckets(at: datetime) -> Buckets:
    found = await sql.one_as(
        Buckets,
        "SELECT count(*) FILTER (WHERE u.usable_until <= $1) AS expired,"
        " count(*) FILTER (WHERE u.usable_until > $1 AND u.usable_until <= $1 + interval '30 days') AS within_30,"
        " count(*) FILTER (WHERE u.usable_until > $1 + interval '30 days'"
        " AND u.usable_until <= $1 + interval '90 days') AS within_90,"
        " count(*) FILTER (WHERE u.usable_until > $1 + interval '90 days') AS later,"
        " count(*) FILTER (WHERE u.usable_until IS NULL) AS no_end,"
        " count(*) FILTER (WHERE u.created_at > $1 - interval '30 days') AS young,"
        " count(*) FILTER (WHERE u.created_at <= $1 - interval '30 days'"
        " AND u.created_at > $1 - interval '90 days') AS months_1_3,"
        " count(*) FILTER (WHERE u.created_at <= $1 - interval '90 days'"
        " AND u.created_at > $1 - interval '180 days') AS months_3_6,"
        " count(*) FILTER (WHERE u.created_at <= $1 - interval '180 days') AS older"
        f" FROM trace_unit u WHERE {IN_STOCK}",
        at,
    )
    assert found is not None
    return found
