"""The goods leave: everything is asked once more of every carton, and the sales ledger is written whole (R97)."""

from __future__ import annotations

from datetime import timedelta

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import Reason, Stale, each_once, refuse
from maskqms.i18n import _
from maskqms.shipping.actions.pick import Opened
from maskqms.shipping.queries import PickedRow, picked, sources_of, terms_of
from maskqms.shipping.rules import (
    Source,
    Terms,
    buyer_blockers,
    leave_blockers,
    open_blockers,
    sale_blockers,
    shipment_link,
    unchecked_blockers,
)
from maskqms.trace.actions import shipments as spine
from maskqms.trace.queries.shipments import ShipmentRow, shipment_by_code
from maskqms.trace.queries.units import UnitRow, lock_units


async def confirm_shipment(
    shipment: str,
    *,
    carrier: str,
    actor: Actor,
    waybill: str | None = None,
    delivery_note: str | None = None,
    conditions: str | None = None,
) -> Opened:
    """The shipment leaves today. Refused while a carton is unchecked, has become unfit, or lacks a fact of the law."""
    async with act(Tag.SHIPMENT_CONFIRM, actor=actor, subject=shipment) as this:
        row = await shipment_by_code(shipment)
        units = await lock_units(line.unit for line in await picked(row.id))
        await sql.execute("SELECT 1 FROM shipment WHERE code = $1 FOR UPDATE", shipment)
        row = await shipment_by_code(shipment)
        lines = await picked(row.id)
        if any(line.unit not in units for line in lines):
            # Somebody picked another carton while we waited: it is not locked, and whoever confirms has not seen it.
            raise Stale(_("Shipment not confirmed"))
        terms = await terms_of(row.consignee_code)
        sources = await sources_of(units)
        today = local(this.at).date()
        reasons = actor.lacks(Role.WAREHOUSE) + open_blockers(row.code, row.state)
        if not reasons:
            reasons += _form_blockers(row, lines, carrier) + buyer_blockers(terms)
            reasons += unchecked_blockers([line.code for line in lines if line.checked_by is None])
            for line in lines:
                unit, mine = units[line.unit], sources.get(line.unit, [])
                reasons += leave_blockers(unit, mine, terms, this.at, today)
                reasons += [one for source in mine for one in sale_blockers(line.code, source, unit.usable_until)]
        refuse(_("Shipment not confirmed"), each_once(reasons))
        await spine.confirm_shipment(row.id, shipped_on=today, actor=actor)
        await sql.execute(
            "INSERT INTO shipment_papers (shipment, carrier, waybill, delivery_note, conditions)"
            " VALUES ($1, $2, $3, $4, $5)",
            row.id,
            carrier.strip(),
            waybill,
            delivery_note,
            conditions,
        )
        await sql.execute_many(
            "INSERT INTO sale_record (line, shipment, batch, batch_number, device_name, model, quantity, unit, udi,"
            " expires_on, sold_on, buyer, address, contact, certificate)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            [_sale(row, line, units[line.unit], sources[line.unit][0], terms, today) for line in lines],
        )
        await this.record(
            subject=row.code,
            before={"state": "open"},
            after={"state": "confirmed", "cartons": [line.code for line in lines], "carrier": carrier},
        )
        return Opened(row.code)


def _form_blockers(row: ShipmentRow, lines: list[PickedRow], carrier: str) -> list[Reason]:
    reasons = []
    if not lines:
        text = _("Nothing stands on shipment {code}.", code=row.code)
        reasons.append(Reason("shipment.empty", text, _("Scan the cartons first."), (shipment_link(row.code),)))
    if not carrier.strip():
        reasons.append(Reason("shipment.no_carrier", _("No carrier is named."), _("Say who takes the goods.")))
    return reasons


def _sale(
    row: ShipmentRow, line: PickedRow, unit: UnitRow, source: Source, terms: Terms, today: object
) -> tuple[object, ...]:
    """One line of the ledger. A carton of this round comes from one batch; mixing is refused when packing (R69)."""
    assert unit.usable_until is not None
    gtin, batch, serial = (unit.identifiers.get(name) for name in ("gtin", "batch", "serial"))
    expires_on = local(unit.usable_until - timedelta(seconds=1)).date()
    udi = f"(01){gtin}(17){expires_on:%y%m%d}(10){batch}(21){serial}" if gtin and batch and serial else None
    return (
        line.id,
        row.id,
        source.unit,
        source.batch,
        source.device_name,
        source.model,
        line.quantity,
        line.unit_of_measure,
        udi,
        expires_on,
        today,
        terms.name,
        terms.address,
        terms.contact,
        source.certificate,
    )
