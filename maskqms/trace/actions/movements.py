"""What changes a quantity without making another unit: output, scrap, samples, returns, stock counts.

Output and corrections change what the unit holds on record, so the share of everything made from it changes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.errors import NotFound, Reason, Refused, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.rules import WHAT_HAPPENED, movement_blockers, not_enough
from maskqms.trace.states import ADDS_TO_RECORDED, TAKES_FROM_STOCK, MovementKind


@dataclass(frozen=True, slots=True)
class MovementRow:
    id: int
    unit: int
    kind: MovementKind
    quantity: Decimal
    reverses: int | None


async def record_movement(
    unit_id: int, *, kind: MovementKind, quantity: Decimal, actor: Actor, reason: str | None = None
) -> MovementRow:
    """Write the movement and apply it to what is on hand and, for output and corrections, to what is on record."""
    row = (await lock_units([unit_id]))[unit_id]
    refuse(_("Not recorded"), movement_blockers(kind, quantity, reason))
    return await _write(row, kind, quantity, actor, reason, None)


async def reverse_movement(movement_id: int, *, actor: Actor, reason: str) -> MovementRow:
    """Undo a movement by its negative; each can be undone once."""
    refuse(_("Not reversed"), reason_blockers(reason, WHAT_HAPPENED))
    record = await sql.fetch_one("SELECT id, unit FROM unit_movement WHERE id = $1", movement_id)
    if record is None:
        raise NotFound(f"#{movement_id}")
    row = (await lock_units([record["unit"]]))[record["unit"]]
    wrong = await sql.one_as(
        MovementRow,
        "SELECT id, unit, kind, quantity, reverses FROM unit_movement m WHERE id = $1 AND reverses IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM unit_movement r WHERE r.reverses = m.id)",
        movement_id,
    )
    if wrong is None:
        raise Refused(_("Not reversed"), [Reason("movement.reversed", _("It has been reversed already."))])
    return await _write(row, wrong.kind, -wrong.quantity, actor, reason, wrong.id)


async def _write(
    row: UnitRow, kind: MovementKind, quantity: Decimal, actor: Actor, reason: str | None, reverses: int | None
) -> MovementRow:
    to_stock = -quantity if kind in TAKES_FROM_STOCK else quantity
    to_record = quantity if kind in ADDS_TO_RECORDED else Decimal(0)
    if row.on_hand + to_stock < 0:
        raise Refused(_("Not recorded"), [not_enough(row, -to_stock)])
    await sql.execute(
        "UPDATE trace_unit SET on_hand = on_hand + $2, quantity = quantity + $3 WHERE id = $1",
        row.id,
        to_stock,
        to_record,
    )
    if to_record:
        await renew_shares(row.id)
    written = await sql.one_as(
        MovementRow,
        "INSERT INTO unit_movement (unit, kind, quantity, at, actor, reverses, reason)"
        " VALUES ($1, $2, $3, maskqms_now(), $4, $5, $6) RETURNING id, unit, kind, quantity, reverses",
        row.id,
        kind,
        quantity,
        actor.username,
        reverses,
        reason,
    )
    assert written is not None
    return written


async def renew_shares(unit_id: int) -> None:
    """The share of each child in a unit whose recorded quantity changed."""
    await sql.execute(
        "UPDATE trace_edge e SET share = trace_share(e.quantity, u.quantity) FROM trace_unit u"
        " WHERE u.id = $1 AND e.parent = $1",
        unit_id,
    )
