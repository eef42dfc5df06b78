"""What stands on a shipment, for this person: the same at the desk and at the gate."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.shipping.pages import Goods
from maskqms.shipping.queries import picked
from maskqms.trace.queries.shipments import shipment_by_code
from maskqms.trace.states import ShipmentState


async def goods_of(code: str, actor: Actor) -> Goods:
    row = await shipment_by_code(code)
    may_remove = actor.has(Role.WAREHOUSE) and row.state is ShipmentState.OPEN
    return Goods(row, await picked(row.id), may_remove)
