"""Many units and links in one go: the same ledger, edges, stock, states and holds as one at a time.

A tablet packs a carton of forty boxes with one scan, and a release moves hundreds of boxes with one signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.errors import Refused, refuse
from maskqms.i18n import _
from maskqms.trace.actions.cascade import spread_holds
from maskqms.trace.actions.link import link
from maskqms.trace.queries.units import COLUMNS, UnitRow, lock_units
from maskqms.trace.rules import link_blockers, not_enough
from maskqms.trace.states import UNIT_MOVES, Activity, UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class Pair:
    """So much of the parent, in its own unit, goes into the child."""

    parent: int
    child: int
    quantity: Decimal


async def make_units(
    *,
    kind: UnitKind,
    items: Mapping[str, Mapping[str, Any]],
    item: str,
    quantity: Decimal | Sequence[Decimal],
    unit: str,
    state: UnitState,
    made_on: date | None = None,
    usable_until: datetime | None = None,
    supplier: str | None = None,
    supplier_lot: str | None = None,
) -> list[UnitRow]:
    """Units that differ only in code and identifiers (`items`), in that order, and in quantity where one is given for
    each; all of it on hand."""
    quantities = [quantity] * len(items) if isinstance(quantity, Decimal) else list(quantity)
    return await sql.fetch_as(
        UnitRow,
        "WITH made AS (INSERT INTO trace_unit (kind, code, item, quantity, unit, on_hand, state, held, made_on,"
        " usable_until, identifiers, supplier, supplier_lot, created_at)"
        " SELECT $1, t.code, $4, t.quantity, $6, t.quantity, $7, false, $8, $9, t.identifiers::jsonb, $10, $11,"
        " maskqms_now() FROM unnest($2::text[], $3::text[], $5::numeric[]) WITH ORDINALITY"
        " AS t (code, identifiers, quantity, place) ORDER BY t.place"
        f" RETURNING {COLUMNS}) SELECT {COLUMNS} FROM made ORDER BY id",
        kind,
        list(items),
        [json.dumps(dict(one), ensure_ascii=False) for one in items.values()],
        item,
        quantities,
        unit,
        state,
        made_on,
        usable_until,
        supplier,
        supplier_lot,
    )


async def set_states(unit_ids: Iterable[int], state: UnitState, *, actor: Actor, reason: str | None = None) -> None:
    """Push one decision down to many units; the first move that does not exist refuses them all."""
    rows = await lock_units(unit_ids)
    moving = [row for row in rows.values() if row.state is not state]
    for before in sorted({row.state for row in moving}):
        UNIT_MOVES.check(before, state)
    await sql.execute(
        "WITH wanted AS (SELECT id, state AS before FROM trace_unit WHERE id = ANY($1::bigint[])),"
        " moved AS (UPDATE trace_unit u SET state = $2 FROM wanted w WHERE u.id = w.id RETURNING u.id, w.before)"
        " INSERT INTO unit_state_change (unit, before, after, at, actor, reason)"
        " SELECT id, before, $2, maskqms_now(), $3, $4 FROM moved ORDER BY id",
        [row.id for row in moving],
        state,
        actor.username,
        reason,
    )


async def move_all(unit_ids: Iterable[int], location: str) -> None:
    """Put many units into one place; allowed while held (to the place for held goods). The feature has locked them."""
    await sql.execute(
        "UPDATE trace_unit SET location = $2 WHERE id = ANY($1::bigint[])", sorted(set(unit_ids)), location
    )


async def link_many(pairs: Sequence[Pair], *, activity: Activity, actor: Actor) -> None:
    """Link every pair, drawing from the parents; all or none."""
    children = sorted({pair.child for pair in pairs})
    rows = await lock_units({pair.parent for pair in pairs} | set(children))
    if await sql.fetch_value("SELECT EXISTS (SELECT 1 FROM trace_edge WHERE parent = ANY($1::bigint[]))", children):
        for pair in pairs:
            await link(parent=pair.parent, child=pair.child, activity=activity, quantity=pair.quantity, actor=actor)
        return
    for pair in pairs:
        refuse(
            _("Not linked"),
            link_blockers(
                rows[pair.parent], rows[pair.child], quantity=pair.quantity, span=None, window=None, makes_loop=False
            ),
        )
    await _draw(pairs, rows)
    await sql.execute(
        sql.load("maskqms.trace", "write_links.sql"),
        [pair.parent for pair in pairs],
        [pair.child for pair in pairs],
        [pair.quantity for pair in pairs],
        activity,
        actor.username,
    )
    for parent in sorted({pair.parent for pair in pairs if rows[pair.parent].held}):
        await spread_holds(parent, [pair.child for pair in pairs if pair.parent == parent])


async def _draw(pairs: Sequence[Pair], rows: Mapping[int, UnitRow]) -> None:
    wanted: dict[int, Decimal] = {}
    for pair in pairs:
        wanted[pair.parent] = wanted.get(pair.parent, Decimal(0)) + pair.quantity
    short = [
        not_enough(rows[parent], quantity) for parent, quantity in wanted.items() if rows[parent].on_hand < quantity
    ]
    if short:
        raise Refused(_("Not taken"), short)
    await sql.execute(
        "UPDATE trace_unit u SET on_hand = u.on_hand - w.quantity FROM unnest($1::bigint[], $2::numeric[])"
        " AS w (id, quantity) WHERE u.id = w.id",
        list(wanted),
        list(wanted.values()),
    )
