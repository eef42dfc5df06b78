"""Storage limits, readings and excursions; and what stood in a place at a moment that is past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import Text, current_locale
from maskqms.materials.rules.conditions import Limits, breach
from maskqms.materials.stock_states import LocationKind, ReadingSource
from maskqms.trace.states import UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Limits with their source and who set them."""

    temperature_from: Decimal | None
    temperature_to: Decimal | None
    humidity_from: Decimal | None
    humidity_to: Decimal | None
    basis: str
    name: str
    set_at: datetime

    @property
    def limits(self) -> Limits:
        return Limits(self.temperature_from, self.temperature_to, self.humidity_from, self.humidity_to)


SIDES = "temperature_from, temperature_to, humidity_from, humidity_to"
LIMIT = f"SELECT {SIDES}, basis, a.name, set_at FROM storage_limit l JOIN account a ON a.id = l.set_by"


async def limits_of_place(location: int) -> list[LimitRow]:
    """The limits of a place, the newest first: that one is in force."""
    return await sql.fetch_as(LimitRow, f"{LIMIT} WHERE l.location = $1 ORDER BY l.id DESC", location)


@dataclass(frozen=True, slots=True)
class MaterialLimit:
    """A material with the limits in force, or none."""

    code: str
    name_zh: str
    name_en: str | None
    temperature_from: Decimal | None
    temperature_to: Decimal | None
    humidity_from: Decimal | None
    humidity_to: Decimal | None
    basis: str | None
    who: str | None
    set_at: datetime | None

    @property
    def name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def limits(self) -> Limits:
        return Limits(self.temperature_from, self.temperature_to, self.humidity_from, self.humidity_to)


async def material_limits() -> list[MaterialLimit]:
    return await sql.fetch_as(
        MaterialLimit,
        f"SELECT m.code, m.name_zh, m.name_en, {SIDES}, l.basis, a.name AS who, l.set_at FROM material m"
        " LEFT JOIN LATERAL (SELECT * FROM storage_limit s WHERE s.material = m.id ORDER BY s.id DESC LIMIT 1) l"
        " ON true LEFT JOIN account a ON a.id = l.set_by ORDER BY m.code",
    )


async def limits_by_material() -> dict[str, Limits]:
    return {row.code: row.limits for row in await material_limits() if row.limits.any}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    at: datetime
    temperature: Decimal | None
    humidity: Decimal | None
    source: ReadingSource
    name: str


async def readings_of(location: int, *, limit: int = 200) -> list[ReadingRow]:
    """The latest readings of a place, the newest first."""
    return await sql.fetch_as(
        ReadingRow,
        "SELECT r.at, r.temperature, r.humidity, r.source, a.name FROM storage_reading r JOIN account a"
        " ON a.id = r.read_by WHERE r.location = $1 ORDER BY r.at DESC LIMIT $2",
        location,
        limit,
    )


async def known_moments(location: int, moments: Sequence[datetime]) -> set[datetime]:
    """Which of these moments have a reading already."""
    rows = await sql.fetch(
        "SELECT at FROM storage_reading WHERE location = $1 AND at = ANY($2::timestamptz[])", location, list(moments)
    )
    return {row["at"] for row in rows}


async def breach_now(location: int) -> Text | None:
    """What the last reading of a place was outside of, by the place's own limits."""
    row = await sql.fetch_one(
        f"SELECT r.temperature, r.humidity, {SIDES} FROM (SELECT temperature, humidity FROM storage_reading"
        " WHERE location = $1 ORDER BY at DESC LIMIT 1) r CROSS JOIN (SELECT * FROM storage_limit"
        " WHERE location = $1 ORDER BY id DESC LIMIT 1) l",
        location,
    )
    if row is None:
        return None
    limits = Limits(*(row[side.strip()] for side in SIDES.split(",")))
    return breach(limits, row["temperature"], row["humidity"])


@dataclass(frozen=True, slots=True)
class PlaceCondition:
    """A place with its limits in force and its last reading."""

    code: str
    name_zh: str
    name_en: str | None
    kind: LocationKind
    temperature_from: Decimal | None
    temperature_to: Decimal | None
    humidity_from: Decimal | None
    humidity_to: Decimal | None
    at: datetime | None
    temperature: Decimal | None
    humidity: Decimal | None

    @property
    def name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def limits(self) -> Limits:
        return Limits(self.temperature_from, self.temperature_to, self.humidity_from, self.humidity_to)

    @property
    def breach(self) -> Text | None:
        return breach(self.limits, self.temperature, self.humidity)


async def place_conditions() -> list[PlaceCondition]:
    """Every open place as its last reading left it."""
    return await sql.fetch_as(
        PlaceCondition,
        f"SELECT p.code, p.name_zh, p.name_en, p.kind, {SIDES}, r.at, r.temperature, r.humidity FROM location p"
        " LEFT JOIN LATERAL (SELECT * FROM storage_limit s WHERE s.location = p.id ORDER BY s.id DESC LIMIT 1) l"
        " ON true LEFT JOIN LATERAL (SELECT * FROM storage_reading x WHERE x.location = p.id ORDER BY x.at DESC"
        " LIMIT 1) r ON true WHERE p.active ORDER BY p.code",
    )


@dataclass(frozen=True, slots=True)
class StoredThen:
    """A unit that stood in a place at a moment, and what it belongs to: the lot of a roll, the batch of a carton."""

    id: int
    code: str
    material: str | None
    head: str
    at: datetime


async def stored_at(location: int, code: str, moments: Sequence[datetime]) -> list[StoredThen]:
    """What stood there at each moment with anything on hand: by the last move before it, else the first one after it,
    else by where the unit stands now."""
    return await sql.fetch_as(
        StoredThen,
        "SELECT u.id, u.code, u.identifiers ->> 'material' AS material, coalesce(lu.code, b.code, u.code) AS head, t.at"
        " FROM unnest($3::timestamptz[]) AS t (at) CROSS JOIN LATERAL (SELECT c.* FROM trace_unit c WHERE c.id IN"
        " (SELECT id FROM trace_unit WHERE location = $2 AND on_hand > 0"
        " UNION SELECT unit FROM location_move WHERE location = $1 OR before = $2)"
        " AND c.created_at <= t.at AND c.kind IN ('lot', 'roll', 'box', 'carton')) u"
        " LEFT JOIN roll o ON o.id = u.id LEFT JOIN trace_unit lu ON lu.id = o.lot"
        " LEFT JOIN trace_unit b ON b.code = u.identifiers ->> 'batch' AND b.kind = 'batch'"
        " WHERE coalesce("
        "(SELECT m.location = $1 FROM location_move m WHERE m.unit = u.id AND m.at <= t.at ORDER BY m.id DESC LIMIT 1),"
        " (SELECT m.before IS NOT DISTINCT FROM $2 FROM location_move m WHERE m.unit = u.id AND m.at > t.at"
        " ORDER BY m.id LIMIT 1),"
        " u.location = $2, false) AND trace_on_hand_at(u.id, t.at) > 0 ORDER BY t.at, u.id",
        location,
        code,
        list(moments),
    )


@dataclass(frozen=True, slots=True)
class AffectedUnit:
    """A unit of an excursion as it stands now."""

    code: str
    item: str
    kind: UnitKind
    state: UnitState
    held: bool
    on_hand: Decimal
    unit: str
    location: str | None


@dataclass(frozen=True, slots=True)
class ExcursionRow:
    code: str
    location: str
    name_zh: str
    first_at: datetime
    last_at: datetime
    breaches: Json[list[dict[str, Any]]]
    units: Json[list[str]]
    hold: str | None
    lifted: bool
    deviations: Json[list[str]]
    recorded_at: datetime


EXCURSION = (
    "SELECT e.code, p.code AS location, p.name_zh, e.first_at, e.last_at, e.breaches, e.units, h.code AS hold,"
    " coalesce(h.state = 'lifted', true) AS lifted, e.deviations, e.recorded_at FROM storage_excursion e"
    " JOIN location p ON p.id = e.location LEFT JOIN hold h ON h.id = e.hold"
)


async def excursions(*, location: int | None = None, limit: int = 50) -> list[ExcursionRow]:
    return await sql.fetch_as(
        ExcursionRow,
        f"{EXCURSION} WHERE ($1::bigint IS NULL OR e.location = $1) ORDER BY e.id DESC LIMIT $2",
        location,
        limit,
    )


async def excursion(code: str) -> ExcursionRow:
    row = await sql.one_as(ExcursionRow, f"{EXCURSION} WHERE e.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def affected(codes: Sequence[str]) -> list[AffectedUnit]:
    return await sql.fetch_as(
        AffectedUnit,
        "SELECT code, item, kind, state, held, on_hand, unit, location FROM trace_unit WHERE code = ANY($1::text[])"
        " ORDER BY code",
        list(codes),
    )
