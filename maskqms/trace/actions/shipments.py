"""Shipments as the spine needs them: goods leave the stock when they are picked, and the factory when confirmed.

`shipping` decides whether a unit may leave; here the lines, the stock and the consignee on every line are kept.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.trace.actions.units import draw, put_back
from maskqms.trace.queries.shipments import (
    ConsigneeRow,
    LineRow,
    ShipmentRow,
    line_by_id,
    lines_of_shipment,
    shipment_by_id,
)
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import ShipmentState


async def make_consignee(
    *,
    code: str,
    name: str,
    actor: Actor,
    address: str | None = None,
    contact: str | None = None,
    country: str | None = None,
) -> ConsigneeRow:
    """Somebody goods can be sent to."""
    row = await sql.one_as(
        ConsigneeRow,
        "INSERT INTO consignee (code, name, address, contact, country, created_at)"
        " VALUES ($1, $2, $3, $4, $5, maskqms_now()) RETURNING id, code, name, address, contact, country",
        code,
        name,
        address,
        contact,
        country,
    )
    assert row is not None
    return row


async def make_shipment(*, code: str, consignee: int, actor: Actor) -> ShipmentRow:
    """An open shipment, still empty."""
    made = await sql.fetch_value(
        "INSERT INTO shipment (code, consignee, state, created_by, created_at)"
        " VALUES ($1, $2, $3, $4, maskqms_now()) RETURNING id",
        code,
        consignee,
        ShipmentState.OPEN,
        actor.username,
    )
    return await shipment_by_id(made)


async def _lock_open(shipment_id: int) -> ShipmentRow:
    """The shipment's row under lock, still open. Unit rows are locked before it, everywhere."""
    await sql.execute("SELECT 1 FROM shipment WHERE id = $1 FOR UPDATE", shipment_id)
    row = await shipment_by_id(shipment_id)
    if row.state is not ShipmentState.OPEN:
        text = _("Shipment {code} is closed: {state}.", code=row.code, state=row.state.label)
        raise Refused(_("Not changed"), [Reason("shipment.closed", text)])
    return row


async def add_line(shipment_id: int, unit_id: int, quantity: Decimal, *, actor: Actor) -> LineRow:
    """Pick a unit, or part of it: it is off the stock now, and stoppable until the shipment is confirmed."""
    unit = (await lock_units([unit_id]))[unit_id]
    shipment = await _lock_open(shipment_id)
    await draw(unit_id, quantity, actor=actor)
    made = await sql.fetch_value(
        "INSERT INTO shipment_line (shipment, unit, quantity, unit_of_measure, consignee, added_by, added_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, maskqms_now()) RETURNING id",
        shipment.id,
        unit_id,
        quantity,
        unit.unit,
        shipment.consignee,
        actor.username,
    )
    return await line_by_id(made)


async def remove_line(line_id: int, *, actor: Actor) -> LineRow:
    """Take a unit off an open shipment again; the line stays with its moment, the goods are on hand."""
    line = await line_by_id(line_id)
    await lock_units([line.unit])
    await _lock_open(line.shipment)
    done = await sql.fetch_value(
        "UPDATE shipment_line SET removed_at = maskqms_now(), removed_by = $2"
        " WHERE id = $1 AND removed_at IS NULL RETURNING id",
        line_id,
        actor.username,
    )
    if done is None:
        raise Refused(_("Not changed"), [Reason("shipment.line_removed", _("This line has been taken off already."))])
    await put_back(line.unit, line.quantity, actor=actor)
    return await line_by_id(line_id)


async def confirm_shipment(shipment_id: int, *, shipped_on: date, actor: Actor) -> ShipmentRow:
    """The goods have left. An empty shipment cannot leave."""
    lines = await lines_of_shipment(shipment_id)
    await lock_units(line.unit for line in lines)
    row = await _lock_open(shipment_id)
    empty = Reason("shipment.empty", _("Nothing stands on shipment {code}.", code=row.code))
    refuse(_("Not confirmed"), [] if lines else [empty])
    await sql.execute(
        "UPDATE shipment SET state = 'confirmed', shipped_on = $2, confirmed_by = $3, confirmed_at = maskqms_now()"
        " WHERE id = $1",
        shipment_id,
        shipped_on,
        actor.username,
    )
    return await shipment_by_id(shipment_id)


async def cancel_shipment(shipment_id: int, *, actor: Actor) -> ShipmentRow:
    """An open shipment will not leave: all its goods are on hand again."""
    await lock_units(line.unit for line in await lines_of_shipment(shipment_id))
    await _lock_open(shipment_id)
    for line in await lines_of_shipment(shipment_id):
        await remove_line(line.id, actor=actor)
    await sql.execute("UPDATE shipment SET state = 'cancelled' WHERE id = $1", shipment_id)
    return await shipment_by_id(shipment_id)
