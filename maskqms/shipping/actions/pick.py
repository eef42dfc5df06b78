"""A shipment is opened and filled: each carton is asked everything when it is scanned, and leaves the stock with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import Act, act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, Refused, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.shipping.queries import picked, sources_of, standing_of, terms_of
from maskqms.shipping.rules import (
    carton_blockers,
    check_blockers,
    label_blockers,
    leave_blockers,
    open_blockers,
    standing_blockers,
)
from maskqms.shipping.scans import Scanned, read_unit
from maskqms.trace.actions import shipments as spine
from maskqms.trace.queries.shipments import ShipmentRow, consignee_by_code, shipment_by_code
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.rules import link_to
from maskqms.trace.states import UnitKind


@dataclass(frozen=True, slots=True)
class Picked:
    """The answer to a scan: the carton, and how many stand on the shipment now."""

    shipment: str
    code: str
    line: int
    batch: str | None
    quantity: Decimal
    unit: str
    cartons: int
    checked: int


@dataclass(frozen=True, slots=True)
class Opened:
    code: str


async def open_shipment(consignee: str, *, actor: Actor) -> Opened:
    """An empty shipment to a consignee; it can be filled until it is confirmed."""
    async with act(Tag.SHIPMENT_OPEN, actor=actor) as this:
        refuse(_("Shipment not opened"), actor.lacks(Role.WAREHOUSE))
        row = await consignee_by_code(consignee)
        made = await spine.make_shipment(code=await next_number("SH"), consignee=row.id, actor=actor)
        await this.record(subject=made.code, after={"consignee": row.code})
        return Opened(made.code)


async def scan_carton(shipment: str, scan: str, *, actor: Actor) -> Picked:
    """Pick a carton by its SSCC, its matrix code or its number. Refused with everything that speaks against it."""
    async with act(Tag.SHIPMENT_PICK, actor=actor, subject=shipment) as this:
        scanned, found, to = await _locked(shipment, scan)
        refuse(
            _("{code} not picked", code=found.code),
            actor.lacks(Role.WAREHOUSE)
            + open_blockers(to.code, to.state)
            + carton_blockers(found.code, found.kind)
            + await _carton_reasons(scanned, found, to, this),
        )
        line = await spine.add_line(to.id, found.id, found.on_hand, actor=actor)
        await this.record(subject=to.code, after={"carton": found.code, "quantity": line.quantity})
        return await _answer(to, found, line.id, line.quantity)


async def _locked(shipment: str, scan: str) -> tuple[Scanned, UnitRow, ShipmentRow]:
    """The unit under lock, then the shipment's row: the order that everybody keeps."""
    scanned = await read_unit(scan)
    found = (await lock_units([scanned.unit.id]))[scanned.unit.id]
    await sql.execute("SELECT 1 FROM shipment WHERE code = $1 FOR UPDATE", shipment)
    return scanned, found, await shipment_by_code(shipment)


async def _carton_reasons(scanned: Scanned, found: UnitRow, to: ShipmentRow, this: Act) -> list[Reason]:
    """Everything against this carton on this shipment; about another kind of unit nothing more needs to be said."""
    if found.kind is not UnitKind.CARTON:
        return []
    if standing := standing_blockers(found.code, await standing_of(found.id), to.code):
        return standing
    last_day = local(found.usable_until - timedelta(seconds=1)).date() if found.usable_until else None
    sources = (await sources_of([found.id])).get(found.id, [])
    terms = await terms_of(to.consignee_code)
    reasons = label_blockers(found.code, scanned.elements, found.identifiers, last_day)
    reasons += leave_blockers(found, sources, terms, this.at, local(this.at).date())
    if not found.on_hand:
        text = _("Nothing of {code} is on hand.", code=found.code)
        reasons.append(Reason("carton.empty", text, _("Put it aside and tell quality."), (link_to(found.code),)))
    return reasons


async def remove_carton(shipment: str, scan: str, *, actor: Actor) -> Picked:
    """Take a carton off while the shipment is open; it is on hand again."""
    async with act(Tag.SHIPMENT_REMOVE, actor=actor, subject=shipment) as this:
        _scanned, found, to = await _locked(shipment, scan)
        line = next((row for row in await picked(to.id) if row.unit == found.id), None)
        missing = Reason(
            "carton.not_on_shipment",
            _("{code} is not on shipment {shipment}.", code=found.code, shipment=to.code),
            None,
            (link_to(found.code),),
        )
        refuse(
            _("{code} not taken off", code=found.code),
            actor.lacks(Role.WAREHOUSE) + open_blockers(to.code, to.state) + ([] if line else [missing]),
        )
        assert line is not None
        await spine.remove_line(line.id, actor=actor)
        await this.record(subject=to.code, before={"carton": found.code, "quantity": line.quantity})
        return await _answer(to, found, line.id, line.quantity)


async def check_carton(shipment: str, scan: str, *, actor: Actor) -> Picked:
    """The outbound check: another person scans what was picked (R96)."""
    async with act(Tag.SHIPMENT_CHECK, actor=actor, subject=shipment) as this:
        scanned, found, to = await _locked(shipment, scan)
        line = next((row for row in await picked(to.id) if row.unit == found.id), None)
        last_day = local(found.usable_until - timedelta(seconds=1)).date() if found.usable_until else None
        refuse(
            _("{code} not checked", code=found.code),
            actor.lacks(Role.WAREHOUSE, Role.QUALITY)
            + open_blockers(to.code, to.state)
            + check_blockers(
                found.code,
                on_it=line is not None,
                picked_by=line.added_by if line else None,
                checked_by=line.checked_by if line else None,
                checker=actor.username,
            )
            + label_blockers(found.code, scanned.elements, found.identifiers, last_day)
            + (await _leaving(found, to, this) if line else []),
        )
        assert line is not None
        await sql.execute(
            "INSERT INTO outbound_check (line, checker, checker_name, at) VALUES ($1, $2, $3, $4)",
            line.id,
            actor.account_id,
            actor.name,
            this.at,
        )
        await this.record(subject=to.code, after={"carton": found.code})
        return await _answer(to, found, line.id, line.quantity)


async def _leaving(found: UnitRow, to: ShipmentRow, this: Act) -> list[Reason]:
    sources = (await sources_of([found.id])).get(found.id, [])
    return leave_blockers(found, sources, await terms_of(to.consignee_code), this.at, local(this.at).date())


async def _answer(to: ShipmentRow, found: UnitRow, line: int, quantity: Decimal) -> Picked:
    rows = await picked(to.id)
    checked = sum(row.checked_by is not None for row in rows)
    batch = found.identifiers.get("batch")
    return Picked(to.code, found.code, line, batch, quantity, found.unit, len(rows), checked)


async def cancel_shipment(shipment: str, *, reason: str, actor: Actor) -> Opened:
    """An open shipment will not leave; every carton is on hand again."""
    async with act(Tag.SHIPMENT_CANCEL, actor=actor, subject=shipment) as this:
        row = await shipment_by_code(shipment)
        reasons = actor.lacks(Role.WAREHOUSE) + open_blockers(row.code, row.state)
        reasons += reason_blockers(reason, _("Say why it will not leave."))
        if reasons:
            raise Refused(_("Shipment not cancelled"), reasons)
        await spine.cancel_shipment(row.id, actor=actor)
        await this.record(subject=row.code, before={"state": "open"}, after={"state": "cancelled"}, reason=reason)
        return Opened(row.code)
