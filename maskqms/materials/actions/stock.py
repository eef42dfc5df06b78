"""Take a sample, a piece to be kept, or scrap out of stock; the balance of the unit says where it went."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.materials.rules.stock import GOODS, taking_blockers
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.units import set_state
from maskqms.trace.queries.units import lock_units, unit_by_code
from maskqms.trace.states import UNIT_MOVES, MovementKind, UnitState


@dataclass(frozen=True, slots=True)
class Taken:
    code: str
    left: Decimal


async def take_from_stock(unit: str, *, kind: MovementKind, quantity: Decimal, reason: str, actor: Actor) -> Taken:
    """Allowed on held units too. A box or carton that was scrapped is at its end; of a roll the rest goes on."""
    async with act(Tag.UNIT_MOVE, actor=actor, subject=unit) as this:
        found = await unit_by_code(unit)
        row = (await lock_units([found.id]))[found.id]
        refuse(
            _("Nothing taken from {code}", code=row.code),
            taking_blockers(actor, row, row.kind, row.quantity, kind, quantity, reason),
        )
        await record_movement(row.id, kind=kind, quantity=quantity, actor=actor, reason=reason.strip())
        ends = row.kind in GOODS and kind is MovementKind.SCRAP
        if ends and not UNIT_MOVES.blockers(row.state, UnitState.SCRAPPED):
            await set_state(row.id, UnitState.SCRAPPED, actor=actor, reason=reason.strip())
        left = row.on_hand - quantity
        await this.record(
            subject=row.code,
            before={"on_hand": row.on_hand},
            after={"on_hand": left, "kind": kind, "quantity": quantity, "of": row.unit},
            reason=reason.strip(),
        )
        return Taken(row.code, left)
