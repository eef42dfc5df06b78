"""Taking something out of stock that no batch uses: a sample, a piece that is kept, or scrap.

Goods leave whole: a carton from which a box was taken is no carton of its label any more. What is held may be sampled
and scrapped all the same, that is what people do with it.
"""

from __future__ import annotations

from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.errors import Reason, reason_blockers
from maskqms.i18n import _
from maskqms.trace.rules import WHAT_HAPPENED, UnitFacts, link_to, not_enough, plain, quantity_blockers
from maskqms.trace.states import MovementKind, UnitKind, UnitState

GOODS = frozenset({UnitKind.BOX, UnitKind.CARTON})
RAW = frozenset({UnitKind.LOT, UnitKind.ROLL})
KINDS: dict[UnitKind, tuple[MovementKind, ...]] = {
    UnitKind.LOT: (MovementKind.SAMPLE, MovementKind.RETAIN, MovementKind.SCRAP),
    UnitKind.ROLL: (MovementKind.SAMPLE, MovementKind.RETAIN, MovementKind.SCRAP),
    UnitKind.BOX: (MovementKind.SAMPLE, MovementKind.RETAIN, MovementKind.SCRAP),
    UnitKind.CARTON: (MovementKind.SCRAP,),
}
"""What may be done with which kind; the pieces of a batch are written down as its output."""

ROLES = {
    MovementKind.SAMPLE: (Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE),
    MovementKind.RETAIN: (Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE),
    MovementKind.SCRAP: (Role.QUALITY, Role.WAREHOUSE),
}


def taking_blockers(
    actor: Actor, unit: UnitFacts, of: UnitKind, whole: Decimal, kind: MovementKind, quantity: Decimal, reason: str
) -> list[Reason]:
    """Everything against it; `whole` is what the unit held when it was made."""
    if kind not in KINDS.get(of, ()):
        text = _("{code} is a {kind}: this is not done with it here.", code=unit.code, kind=of.label)
        remedy = _("Unpack a carton to take boxes; pieces of a batch are recorded as its output.")
        return [Reason("stock.kind", text, remedy, (link_to(unit.code),))]
    reasons = actor.lacks(*ROLES[kind]) + quantity_blockers(quantity) + reason_blockers(reason, WHAT_HAPPENED)
    if kind is MovementKind.SCRAP and of in RAW and unit.state is UnitState.REJECTED:
        text = _("{code} is rejected: it is destroyed before two witnesses.", code=unit.code)
        remedy = _("Plan the destruction on the page of rejected goods.")
        reasons.append(Reason("stock.witnesses", text, remedy, (link_to(unit.code),)))
    if unit.on_hand <= 0:
        text = _("Nothing of {code} is on hand.", code=unit.code)
        remedy = _("Its page says where it went; a box in a carton is unpacked first.")
        reasons.append(Reason("stock.nothing", text, remedy, (link_to(unit.code),)))
    elif of in GOODS and (quantity != whole or unit.on_hand != whole):
        text = _("{code} holds {n} pieces and is taken whole.", code=unit.code, n=plain(whole))
        remedy = _("Take all of it: with pieces missing its label would be wrong.")
        reasons.append(Reason("stock.whole", text, remedy, (link_to(unit.code),)))
    elif quantity > unit.on_hand:
        reasons.append(not_enough(unit, quantity))
    return reasons
