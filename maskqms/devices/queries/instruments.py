"""Instruments as they stand, alone or listed with what they said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.devices.rules import InstrumentFacts
from maskqms.devices.states import EquipmentClass, InstrumentKind, InstrumentState, ReadingKind
from maskqms.errors import NotFound

_SELECT = """
SELECT i.id, i.code, i.kind, i.name, i.serial_number, i.station, i.unit, i.range_from, i.range_to, i.resolution,
       i.calibration_due, i.state, g.name AS gateway,
       i.equipment_class, i.line, i.responsible, i.check_days, i.check_due,
       r.kind AS last_kind, coalesce(r.value_text, r.fault) AS last_text, r.unit_raw AS last_unit,
       r.stable AS last_stable, r.heard_at AS last_at
FROM instrument i
LEFT JOIN gateway g ON g.id = i.gateway
LEFT JOIN LATERAL (
    SELECT * FROM reading WHERE instrument = i.id ORDER BY id DESC LIMIT 1
) r ON true
"""


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """An instrument and the last thing it said."""

    id: int
    code: str
    kind: InstrumentKind
    name: str
    serial_number: str | None
    station: str | None
    unit: str | None
    range_from: Decimal | None
    range_to: Decimal | None
    resolution: Decimal | None
    calibration_due: date | None
    state: InstrumentState
    gateway: str | None
    equipment_class: EquipmentClass | None
    line: str | None
    responsible: str | None
    check_days: int | None
    check_due: date | None
    last_kind: ReadingKind | None
    last_text: str | None
    last_unit: str | None
    last_stable: bool | None
    last_at: datetime | None

    @property
    def href(self) -> str:
        return f"/instruments/{self.code}"

    @property
    def facts(self) -> InstrumentFacts:
        return InstrumentFacts(
            self.code,
            self.kind,
            self.state,
            self.unit,
            self.range_from,
            self.range_to,
            self.calibration_due,
            self.check_days,
            self.check_due,
            self.equipment_class,
        )


async def instruments() -> list[InstrumentRow]:
    """All instruments, those to be used first."""
    return await sql.fetch_as(InstrumentRow, _SELECT + " ORDER BY (i.state = 'retired'), i.code")


async def instrument_by_code(code: str) -> InstrumentRow:
    found = await sql.one_as(InstrumentRow, _SELECT + " WHERE i.code = $1", code)
    if found is None:
        raise NotFound(code)
    return found


async def lock_instrument(code: str) -> InstrumentRow:
    """The instrument, its row locked until the act ends."""
    await sql.execute("SELECT id FROM instrument WHERE code = $1 FOR UPDATE", code)
    return await instrument_by_code(code)


async def equipment_of_line(line: str) -> list[InstrumentRow]:
    """What belongs to a production line and is not retired: asked before a batch starts there (`line_blockers`)."""
    return await sql.fetch_as(
        InstrumentRow, _SELECT + " WHERE i.line = $1 AND i.state <> 'retired' ORDER BY i.code", line
    )
