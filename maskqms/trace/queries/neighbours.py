"""What stands around a unit: what it is made of, what was made of it, where it was shipped, what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.trace.states import Activity, MovementKind, ShipmentState, UnitKind, UnitState

MOST = 200
"""Rows of a list on a unit's page; the trace has them all."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A unit at the other end of a net edge; `share` is that of the parent in the child."""

    code: str
    kind: UnitKind
    item: str
    state: UnitState
    held: bool
    quantity: Decimal
    unit: str
    share: float


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger as it was written."""

    id: int
    activity: Activity
    parent: str
    child: str
    quantity: Decimal
    unit: str
    span_from: Decimal | None
    span_to: Decimal | None
    window_from: datetime | None
    window_to: datetime | None
    at: datetime
    actor: str
    reverses: int | None
    reversed: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class MovementLine:
    id: int
    kind: MovementKind
    quantity: Decimal
    at: datetime
    actor: str
    reason: str | None
    reverses: int | None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """The unit on a shipment, with its consignee."""

    shipment: str
    state: ShipmentState
    shipped_on: date | None
    consignee: str
    consignee_name: str
    quantity: Decimal
    unit: str


NEIGHBOUR = (
    "SELECT u.code, u.kind, u.item, u.state, u.held, e.quantity, p.unit, e.share FROM trace_edge e"
    " JOIN trace_unit u ON u.id = {near} JOIN trace_unit p ON p.id = e.parent WHERE {far} = $1 ORDER BY u.id LIMIT $2"
)
LEDGER = (
    "SELECT l.id, l.activity, p.code AS parent, c.code AS child, l.quantity, l.unit, l.span_from, l.span_to,"
    " l.window_from, l.window_to, l.at, l.actor, l.reverses, l.reason,"
    " EXISTS (SELECT 1 FROM trace_link r WHERE r.reverses = l.id) AS reversed"
    " FROM trace_link l JOIN trace_unit p ON p.id = l.parent JOIN trace_unit c ON c.id = l.child"
)


async def parents_of(unit_id: int, limit: int = MOST) -> list[Neighbour]:
    """What it is directly made of."""
    return await sql.fetch_as(Neighbour, NEIGHBOUR.format(near="e.parent", far="e.child"), unit_id, limit)


async def children_of(unit_id: int, limit: int = MOST) -> list[Neighbour]:
    """What was directly made of it."""
    return await sql.fetch_as(Neighbour, NEIGHBOUR.format(near="e.child", far="e.parent"), unit_id, limit)


async def count_edges(unit_id: int) -> tuple[int, int]:
    """How many parents and children."""
    row = await sql.fetch_one(
        "SELECT (SELECT count(*) FROM trace_edge WHERE child = $1) AS up,"
        " (SELECT count(*) FROM trace_edge WHERE parent = $1) AS down",
        unit_id,
    )
    return (0, 0) if row is None else (row["up"], row["down"])


async def ledger_of(unit_id: int, limit: int = MOST) -> list[LedgerLine]:
    """The lines of the ledger on either side of the unit, latest first."""
    return await sql.fetch_as(
        LedgerLine,
        f"{LEDGER} WHERE l.parent = $1 OR l.child = $1 ORDER BY l.at DESC, l.id DESC LIMIT $2",
        unit_id,
        limit,
    )


async def movements_of(unit_id: int, limit: int = MOST) -> list[MovementLine]:
    return await sql.fetch_as(
        MovementLine,
        "SELECT id, kind, quantity, at, actor, reason, reverses FROM unit_movement"
        " WHERE unit = $1 ORDER BY id DESC LIMIT $2",
        unit_id,
        limit,
    )


async def shipped_of(unit_id: int, limit: int = MOST) -> list[ShippedLine]:
    """Where it was shipped, or is about to be."""
    return await sql.fetch_as(
        ShippedLine,
        "SELECT s.code AS shipment, s.state, s.shipped_on, c.code AS consignee, c.name AS consignee_name, l.quantity,"
        " l.unit_of_measure AS unit FROM shipment_line l JOIN shipment s ON s.id = l.shipment"
        " JOIN consignee c ON c.id = l.consignee WHERE l.unit = $1 AND l.removed_at IS NULL ORDER BY l.id LIMIT $2",
        unit_id,
        limit,
    )


async def suppliers_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """Unit id -> its supplier's name, for those that came from one."""
    found = await sql.fetch(
        "SELECT id, supplier FROM trace_unit WHERE id = ANY($1::bigint[]) AND supplier IS NOT NULL", list(unit_ids)
    )
    return {row["id"]: row["supplier"] for row in found}


async def held_codes(unit_ids: Iterable[int]) -> set[str]:
    """The codes of those units that are on hold."""
    found = await sql.fetch("SELECT code FROM trace_unit WHERE id = ANY($1::bigint[]) AND held", list(unit_ids))
    return {row["code"] for row in found}


async def consignee_names(codes: Iterable[str]) -> dict[str, str]:
    found = await sql.fetch("SELECT code, name FROM consignee WHERE code = ANY($1)", sorted(set(codes)))
    return {row["code"]: row["name"] for row in found}


async def kinds_below(unit_ids: Iterable[int]) -> dict[str, int]:
    """How many units of each kind a hold on these would stop, themselves included."""
    ids = await sql.fetch_value(sql.load("maskqms.trace", "descendants.sql"), sorted(unit_ids))
    found = await sql.fetch(
        "SELECT kind, count(*) AS n FROM trace_unit WHERE id = ANY($1::bigint[]) GROUP BY kind", ids
    )
    return {row["kind"]: row["n"] for row in found}
