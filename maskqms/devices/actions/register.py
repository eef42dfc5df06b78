"""The register of instruments and equipment: enter, take out of service and put back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.transaction import explain
from maskqms.devices.queries.gateways import gateway_by_name
from maskqms.devices.queries.instruments import InstrumentRow, instrument_by_code, lock_instrument
from maskqms.devices.states import INSTRUMENT_MOVES, EquipmentClass, InstrumentKind, InstrumentState
from maskqms.errors import NotFound, refuse
from maskqms.i18n import _

KEEPERS = (Role.QUALITY, Role.INSPECTOR, Role.PLANT_MANAGER)

explain("instrument_code_key", "instrument.exists", _("An instrument with this code is registered already."))
explain("instrument_unit", "instrument.no_unit", _("A measuring instrument needs a unit."))
explain("instrument_range", "instrument.range", _("The range's lower end must be below its upper end."))
explain("instrument_check_days", "instrument.check_days", _("The days between two checks must be more than zero."))
explain("instrument_resolution", "instrument.resolution", _("The resolution must be greater than zero."))


async def register_instrument(
    *,
    code: str,
    kind: InstrumentKind,
    name: str,
    unit: str | None,
    actor: Actor,
    serial_number: str | None = None,
    station: str | None = None,
    range_from: Decimal | None = None,
    range_to: Decimal | None = None,
    resolution: Decimal | None = None,
    calibration_due: date | None = None,
    gateway: str | None = None,
    equipment_class: EquipmentClass | None = None,
    line: str | None = None,
    responsible: str | None = None,
    check_days: int | None = None,
) -> InstrumentRow:
    """Enter an instrument, in use. `range_from` of a scale is its least weight: an empty pan is then no value."""
    async with act(Tag.INSTRUMENT_REGISTER, actor=actor, subject=code) as this:
        refuse(_("Instrument {code} cannot be registered", code=code), actor.lacks(*KEEPERS))
        owner = await gateway_by_name(gateway) if gateway else None
        if gateway and owner is None:
            raise NotFound(gateway)
        await sql.execute(
            "INSERT INTO instrument (code, kind, name, serial_number, station, unit, range_from, range_to, resolution,"
            " calibration_due, state, gateway, created_at, equipment_class, line, responsible, check_days)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            code,
            str(kind),
            name,
            serial_number,
            station,
            unit,
            range_from,
            range_to,
            resolution,
            calibration_due,
            str(InstrumentState.IN_USE),
            owner.id if owner else None,
            this.at,
            equipment_class,
            line,
            responsible,
            check_days,
        )
        after = {"kind": kind, "name": name, "unit": unit, "serial_number": serial_number, "due": calibration_due,
                 "equipment_class": equipment_class, "line": line}  # fmt: skip
        await this.record(subject=code, after=after)
        return await instrument_by_code(code)


async def set_instrument_state(code: str, state: InstrumentState, *, reason: str, actor: Actor) -> None:
    """Take an instrument out of service, put it back, or retire it."""
    async with act(Tag.INSTRUMENT_STATE, actor=actor, subject=code) as this:
        instrument = await lock_instrument(code)
        what = _("The state of instrument {code} cannot be changed", code=code)
        refuse(what, [*actor.lacks(*KEEPERS), *INSTRUMENT_MOVES.blockers(instrument.state, state)])
        await sql.execute("UPDATE instrument SET state = $2 WHERE id = $1", instrument.id, str(state))
        await this.record(subject=code, before={"state": instrument.state}, after={"state": state}, reason=reason)
