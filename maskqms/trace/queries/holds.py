"""Holds: what stops, since when, why, by whom, and what it stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import HoldState, HoldSubject, UnitKind, UnitState
from maskqms.trace.stretches import Run, is_mapped, minutes_of, packed_in


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold with the number of units it stops."""

    id: int
    code: str
    subject_kind: HoldSubject
    subject: str
    unit: int | None
    span_from: Decimal | None
    span_to: Decimal | None
    reason: str
    state: HoldState
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str | None
    signature: int | None
    units: int
    placer: str
    lifter: str | None

    @property
    def active(self) -> bool:
        return self.state is HoldState.ACTIVE


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit under a hold; `inherited` when it came to be after the hold was placed."""

    code: str
    kind: UnitKind
    item: str
    state: UnitState
    on_hand: Decimal
    unit: str
    held: bool
    inherited: bool
    at: datetime


HOLD = (
    "SELECT h.*, (SELECT count(*) FROM hold_unit hu WHERE hu.hold = h.id) AS units,"
    " coalesce(placer.name, h.placed_by) AS placer, coalesce(lifter.name, h.lifted_by) AS lifter FROM hold h"
    " LEFT JOIN account placer ON placer.username = h.placed_by"
    " LEFT JOIN account lifter ON lifter.username = h.lifted_by"
)
"""`placer` and `lifter` are the people's names as they are now; the hold itself keeps who it was by user name."""


async def hold_by_code(code: str) -> HoldRow:
    """A hold by its code, or by the number of its row. NotFound."""
    row = await sql.one_as(HoldRow, f"{HOLD} WHERE h.code = $1 OR h.id::text = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def holds(*, active_only: bool = True, limit: int = 200, offset: int = 0) -> list[HoldRow]:
    """Newest first."""
    return await sql.fetch_as(
        HoldRow,
        f"{HOLD} WHERE NOT $1 OR h.state = 'active' ORDER BY h.id DESC LIMIT $2 OFFSET $3",
        active_only,
        limit,
        offset,
    )


async def count_holds(*, active_only: bool = True) -> int:
    return int(await sql.fetch_value("SELECT count(*) FROM hold WHERE NOT $1 OR state = 'active'", active_only))


async def holds_of(unit_id: int) -> list[HoldRow]:
    """All holds that stop or stopped the unit, the active ones first."""
    return await sql.fetch_as(
        HoldRow,
        f"{HOLD} JOIN hold_unit x ON x.hold = h.id AND x.unit = $1 ORDER BY h.state = 'lifted', h.id DESC",
        unit_id,
    )


@dataclass(frozen=True, slots=True)
class HoldOn:
    """An active hold as a gate names it: on which unit, by which code, for what, and where it began."""

    unit: int
    code: str
    subject: str
    reason: str
    placed_at: datetime


async def active_holds_of(unit_ids: Iterable[int]) -> list[HoldOn]:
    """The active holds on many units, in one statement."""
    return await sql.fetch_as(
        HoldOn,
        "SELECT hu.unit, h.code, h.subject, h.reason, h.placed_at"
        " FROM hold_unit hu JOIN hold h ON h.id = hu.hold AND h.state = 'active'"
        " WHERE hu.unit = ANY($1::bigint[]) ORDER BY hu.unit, h.id",
        sorted(set(unit_ids)),
    )


async def units_of_hold(hold_id: int, *, limit: int = 500, offset: int = 0) -> list[HeldUnit]:
    return await sql.fetch_as(
        HeldUnit,
        "SELECT u.code, u.kind, u.item, u.state, u.on_hand, u.unit, u.held, hu.inherited, hu.at"
        " FROM hold_unit hu JOIN trace_unit u ON u.id = hu.unit WHERE hu.hold = $1 ORDER BY u.id LIMIT $2 OFFSET $3",
        hold_id,
        limit,
        offset,
    )


async def kinds_of_hold(hold_id: int) -> dict[str, int]:
    """How many units of each kind a hold stops."""
    found = await sql.fetch(
        "SELECT u.kind, count(*) AS n FROM hold_unit hu JOIN trace_unit u ON u.id = hu.unit"
        " WHERE hu.hold = $1 GROUP BY u.kind",
        hold_id,
    )
    counts = {row["kind"]: row["n"] for row in found}
    return {str(kind): counts[kind] for kind in UnitKind if kind in counts}


RUNS = (
    "SELECT l.child, l.span_from, l.span_to, l.window_from, l.window_to FROM trace_link l"
    " JOIN trace_edge e ON e.child = l.child AND e.parent = l.parent"
    " WHERE l.parent = $1 AND l.quantity > 0 AND NOT EXISTS (SELECT 1 FROM trace_link r WHERE r.reverses = l.id)"
)


async def stretch_heads(roll: UnitRow, bad_from: Decimal, bad_to: Decimal) -> set[int]:
    """The nearest units that a bad stretch reaches; everything below them is reached too.

    A child whose metres and minutes are known is narrowed to what was packed in the bad minutes, unless some of it is
    still in process or loose on hand; a child of which either is unknown is reached whole (design: a span without
    mapped windows holds all descendants).
    """
    heads: set[int] = set()
    windows: dict[int, list[tuple[datetime, datetime]]] = {}
    for run in await sql.fetch_as(Run, RUNS, roll.id):
        if not is_mapped(run):
            heads.add(run.child)
        elif (minutes := minutes_of(run, bad_from, bad_to)) is not None:
            windows.setdefault(run.child, []).append(minutes)
    for child, bad in windows.items():
        heads |= await _narrowed(child, bad)
    return heads


async def _narrowed(child: int, bad: list[tuple[datetime, datetime]]) -> set[int]:
    runs = await sql.fetch_as(Run, RUNS, child)
    loose = await sql.fetch_value(
        "SELECT on_hand > 0 OR state = 'in_process' OR EXISTS (SELECT 1 FROM shipment_line s WHERE s.unit = u.id"
        " AND s.removed_at IS NULL) FROM trace_unit u WHERE id = $1",
        child,
    )
    if loose or not any(run.window_from for run in runs):
        return {child}
    return packed_in(runs, bad)
