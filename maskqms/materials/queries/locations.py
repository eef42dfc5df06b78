"""Places: the register, what stands where, what stands wrong, what waits to be put away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.materials.rules.locations import LATE, LOCKED, RETURNED, PlaceFacts, allowed_kinds
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.states import UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class LocationRow:
    """A place with the number of units in it."""

    id: int
    code: str
    name_zh: str
    name_en: str | None
    kind: LocationKind
    active: bool
    units: int

    @property
    def name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def facts(self) -> PlaceFacts:
        return PlaceFacts(self.code, self.kind, self.active)


LOCATION = (
    "SELECT p.id, p.code, p.name_zh, p.name_en, p.kind, p.active,"
    " (SELECT count(*) FROM trace_unit u WHERE u.location = p.code AND u.on_hand > 0) AS units FROM location p"
)


async def locations(*, kinds: Collection[LocationKind] | None = None, closed: bool = False) -> list[LocationRow]:
    """The register in the order of what a place is for."""
    return await sql.fetch_as(
        LocationRow,
        f"{LOCATION} WHERE ($1::text[] IS NULL OR p.kind = ANY($1)) AND ($2 OR p.active)"
        " ORDER BY array_position($3::text[], p.kind::text), p.code",
        None if kinds is None else [str(kind) for kind in kinds],
        closed,
        [str(kind) for kind in LocationKind],
    )


async def find_location(code: str) -> LocationRow | None:
    return await sql.one_as(LocationRow, f"{LOCATION} WHERE p.code = $1 OR p.code = upper($1)", code)


async def location_by_code(code: str) -> LocationRow:
    row = await find_location(code)
    if row is None:
        raise NotFound(code)
    return row


async def returned_units(ids: Collection[int]) -> set[int]:
    """Those that came back from a customer and were not decided about since (R57)."""
    query = f"SELECT u.id FROM trace_unit u WHERE u.id = ANY($1::bigint[]) AND {RETURNED_NOW}"
    rows = await sql.fetch(query, list(ids))
    return {row["id"] for row in rows}


RETURNED_NOW = (
    "u.state IN ('quarantine', 'in_process') AND EXISTS (SELECT 1 FROM unit_movement m WHERE m.unit = u.id"
    " AND m.kind = 'restock' AND m.reverses IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM unit_movement r WHERE r.reverses = m.id))"
)


async def rolls_in_stock(lot_id: int) -> list[int]:
    """The rolls of a lot of which something is on hand."""
    rows = await sql.fetch(
        "SELECT r.id FROM roll r JOIN trace_unit u ON u.id = r.id WHERE r.lot = $1 AND u.on_hand > 0 ORDER BY r.id",
        lot_id,
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit in stock with its place."""

    id: int
    kind: UnitKind
    code: str
    item: str
    state: UnitState
    held: bool
    returned: bool
    on_hand: Decimal
    unit: str
    usable_until: datetime | None
    created_at: datetime
    location: str | None
    location_kind: LocationKind | None
    total: int = 0

    @property
    def last_day(self) -> date | None:
        return None if self.usable_until is None else local(self.usable_until - timedelta(seconds=1)).date()

    def allowed(self, at: datetime) -> tuple[LocationKind, ...]:
        expired = self.usable_until is not None and at >= self.usable_until
        return allowed_kinds(self.state, held=self.held, expired=expired, returned=self.returned)


STORED = (
    f"SELECT u.id, u.kind, u.code, u.item, u.state, u.held, {RETURNED_NOW} AS returned, u.on_hand, u.unit,"
    " u.usable_until, u.created_at, u.location, p.kind AS location_kind, count(*) OVER () AS total"
    " FROM trace_unit u LEFT JOIN location p ON p.code = u.location"
)
IN_STOCK = "u.on_hand > 0 AND u.import_id IS NULL AND u.kind IN ('lot', 'roll', 'box', 'carton')"


def _words(kinds: Collection[LocationKind]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds) or "NULL"


def _wrong() -> str:
    """The rule of `allowed_kinds` as a condition, made of the same tables, so that the list pages in the database."""
    states = " ".join(
        f"WHEN u.state = '{state}' THEN p.kind IN ({_words(allowed_kinds(state, held=False))})" for state in UnitState
    )
    return (
        "NOT coalesce(CASE"
        f" WHEN {RETURNED_NOW} THEN p.kind IN ({_words(RETURNED)})"
        f" WHEN u.held THEN p.kind IN ({_words(LOCKED)})"
        f" WHEN u.usable_until <= $1 AND u.state IN ('released', 'conditional') THEN p.kind IN ({_words(LATE)})"
        f" {states} END, false)"
    )


WRONG = _wrong()
WRONG_NOW = WRONG.replace("$1", "maskqms_now()")
UNPLACED = f"{IN_STOCK} AND u.location IS NULL AND u.kind IN ('lot', 'roll', 'carton')"


async def misplaced(at: datetime, *, limit: int = 50, offset: int = 0) -> list[StoredUnit]:
    """Units whose place contradicts their status: to be moved (R54). A place that is no longer known counts too."""
    return await sql.fetch_as(
        StoredUnit,
        f"{STORED} WHERE {IN_STOCK} AND u.location IS NOT NULL AND {WRONG} ORDER BY u.held DESC, u.id"
        " LIMIT $2 OFFSET $3",
        at,
        limit,
        offset,
    )


async def unplaced(*, limit: int = 50, offset: int = 0) -> list[StoredUnit]:
    """Units received, made or brought back that nobody put anywhere yet, the oldest first."""
    return await sql.fetch_as(
        StoredUnit,
        f"{STORED} WHERE {UNPLACED} ORDER BY u.id LIMIT $1 OFFSET $2",
        limit,
        offset,
    )


async def units_in(place: str, *, limit: int = 500) -> list[StoredUnit]:
    return await sql.fetch_as(
        StoredUnit, f"{STORED} WHERE u.location = $1 AND u.on_hand > 0 ORDER BY u.code LIMIT $2", place, limit
    )


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A row of the history of places."""

    unit: str
    before: str | None
    after: str
    at: datetime
    who: str
    reason: str | None


async def moves(*, unit: int | None = None, location: int | None = None, limit: int = 20) -> list[MoveLine]:
    """The latest moves of a unit or into a place."""
    return await sql.fetch_as(
        MoveLine,
        "SELECT u.code AS unit, m.before, p.code AS after, m.at, coalesce(a.name, m.actor) AS who, m.reason"
        " FROM location_move m JOIN trace_unit u ON u.id = m.unit JOIN location p ON p.id = m.location"
        " LEFT JOIN account a ON a.username = m.actor WHERE ($1::bigint IS NULL OR m.unit = $1)"
        " AND ($2::bigint IS NULL OR m.location = $2) ORDER BY m.id DESC LIMIT $3",
        unit,
        location,
        limit,
    )


async def suggested(kinds: Sequence[LocationKind], *, material: str | None, limit: int = 4) -> list[LocationRow]:
    """Open places of these kinds, those first where the same material stands already."""
    return await sql.fetch_as(
        LocationRow,
        f"{LOCATION} WHERE p.active AND p.kind = ANY($1::text[]) ORDER BY array_position($1::text[], p.kind::text),"
        " EXISTS (SELECT 1 FROM trace_unit s WHERE s.location = p.code AND s.on_hand > 0"
        " AND s.identifiers ->> 'material' = $2) DESC, p.code LIMIT $3",
        [str(kind) for kind in kinds],
        material,
        limit,
    )


async def stored_units(lot_id: int) -> list[StoredUnit]:
    """The rolls of a lot that are on hand."""
    return await sql.fetch_as(
        StoredUnit,
        f"{STORED} WHERE u.id IN (SELECT r.id FROM roll r WHERE r.lot = $1) AND u.on_hand > 0 ORDER BY u.id",
        lot_id,
    )
