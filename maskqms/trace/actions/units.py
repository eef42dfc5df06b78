"""A unit comes to be, changes its state, gives of its stock and takes back. The feature above opens the act."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.errors import Refused, Stale, refuse
from maskqms.i18n import _
from maskqms.trace.actions.subjects import inherit_from_subjects
from maskqms.trace.queries.units import COLUMNS, UnitRow, lock_units, unit_by_id
from maskqms.trace.rules import not_enough, quantity_blockers
from maskqms.trace.states import UNIT_MOVES, UnitKind, UnitState


async def make_unit(
    *,
    kind: UnitKind,
    code: str,
    item: str,
    quantity: Decimal,
    unit: str,
    state: UnitState,
    actor: Actor,
    usable_until: datetime | None = None,
    made_on: date | None = None,
    supplier: str | None = None,
    supplier_lot: str | None = None,
    location: str | None = None,
    identifiers: Mapping[str, Any] | None = None,
) -> UnitRow:
    """A new unit, all of it on hand; held when its product, line or supplier is.

    What it is made of follows by `link`, which also brings the holds.
    """
    row = await sql.one_as(
        UnitRow,
        "INSERT INTO trace_unit (kind, code, item, quantity, unit, on_hand, state, held, made_on, usable_until,"
        " supplier, supplier_lot, location, identifiers, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $4, $6, false, $7, $8, $9, $10, $11, $12, maskqms_now())"
        f" RETURNING {COLUMNS}",
        kind,
        code,
        item,
        quantity,
        unit,
        state,
        made_on,
        usable_until,
        supplier,
        supplier_lot,
        location,
        json.dumps(dict(identifiers or {}), ensure_ascii=False),
    )
    assert row is not None
    return await inherit_from_subjects(row)


async def set_state(unit_id: int, state: UnitState, *, actor: Actor, reason: str | None = None) -> UnitRow:
    """Push a feature's decision down to the unit; a move that does not exist is refused, to the same state none."""
    row = (await lock_units([unit_id]))[unit_id]
    if row.state is state:
        return row
    UNIT_MOVES.check(row.state, state)
    await sql.execute(
        "WITH moved AS (UPDATE trace_unit SET state = $2 WHERE id = $1 RETURNING id)"
        " INSERT INTO unit_state_change (unit, before, after, at, actor, reason)"
        " SELECT id, $3, $2, maskqms_now(), $4, $5 FROM moved",
        unit_id,
        state,
        row.state,
        actor.username,
        reason,
    )
    return replace(row, state=state)


async def set_usable_until(unit_id: int, usable_until: datetime | None, *, actor: Actor) -> UnitRow:
    """A shorter storage life after opening, or a longer one after a retest."""
    await lock_units([unit_id])
    await sql.execute("UPDATE trace_unit SET usable_until = $2 WHERE id = $1", unit_id, usable_until)
    return await unit_by_id(unit_id)


async def set_identifiers(unit_id: int, identifiers: Mapping[str, Any], *, actor: Actor) -> UnitRow:
    """Add what the unit is known by elsewhere (SSCC, GTIN, serial); what is already there and not named stays."""
    await lock_units([unit_id])
    await sql.execute(
        "UPDATE trace_unit SET identifiers = identifiers || $2::jsonb WHERE id = $1",
        unit_id,
        json.dumps(dict(identifiers), ensure_ascii=False),
    )
    return await unit_by_id(unit_id)


async def move_to(unit_id: int, location: str | None, *, actor: Actor) -> UnitRow:
    """Put a unit somewhere; allowed while held (to the place for held goods)."""
    await lock_units([unit_id])
    await sql.execute("UPDATE trace_unit SET location = $2 WHERE id = $1", unit_id, location)
    return await unit_by_id(unit_id)


async def draw(unit_id: int, quantity: Decimal, *, actor: Actor) -> Decimal:
    """Take from what is on hand and say what is left. Of two who want the last metres, exactly one gets them."""
    refuse(_("Not taken"), quantity_blockers(quantity))
    left = await sql.fetch_value(
        "UPDATE trace_unit SET on_hand = on_hand - $2 WHERE id = $1 AND on_hand >= $2 RETURNING on_hand",
        unit_id,
        quantity,
    )
    if left is None:
        raise Refused(_("Not taken"), [not_enough(await unit_by_id(unit_id), quantity)])
    return left  # type: ignore[no-any-return]


async def put_back(unit_id: int, quantity: Decimal, *, actor: Actor) -> Decimal:
    """Undo a draw, wholly or in part."""
    refuse(_("Not put back"), quantity_blockers(quantity))
    left = await sql.fetch_value(
        "UPDATE trace_unit SET on_hand = on_hand + $2 WHERE id = $1 RETURNING on_hand", unit_id, quantity
    )
    if left is None:
        raise Stale
    return left  # type: ignore[no-any-return]
