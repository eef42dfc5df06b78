"""When an instrument may be used, and which of its readings is the one somebody waits for.

An instrument that is out of date or out of service gives no result, when it is armed and again when the value is used
(R125). A value is taken once. A pan that was not emptied since the last value does not give another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from maskqms.devices.states import EquipmentClass, InstrumentKind, InstrumentState, Standing
from maskqms.errors import Link, Reason
from maskqms.i18n import _

LEASE = timedelta(minutes=2)
"""How long an instrument waits for one person."""
SAME_WEIGHING = timedelta(seconds=2)
"""Stable values that follow each other faster are one weighing that an instrument repeats."""
DUE_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """What the rules ask of an instrument."""

    code: str
    kind: InstrumentKind
    state: InstrumentState
    unit: str | None
    range_from: Decimal | None
    range_to: Decimal | None
    calibration_due: date | None
    check_days: int | None = None
    check_due: date | None = None
    equipment_class: EquipmentClass | None = None

    @property
    def path(self) -> tuple[Link, ...]:
        return (Link(self.code, f"/instruments/{self.code}"),)


@dataclass(frozen=True, slots=True)
class LeaseFacts:
    """Who holds an instrument, for what and until when."""

    target: str
    account: int
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What the choice of a reading asks of each."""

    id: int
    heard_at: datetime
    received_at: datetime
    """The gateway's clock: good for the time between two readings, which the network does not stretch."""
    value: Decimal | None
    unit: str | None
    stable: bool | None
    overload: bool


def use_blockers(instrument: InstrumentFacts, today: date) -> list[Reason]:
    """Why no value of this instrument may be used today."""
    reasons = []
    if instrument.state is not InstrumentState.IN_USE:
        reasons.append(
            Reason(
                "instrument.out_of_service",
                _("Instrument {code} is not in use: {state}.", code=instrument.code, state=instrument.state.label),
                _("Use another instrument, or have quality put it back into service."),
                instrument.path,
            )
        )
    if instrument.kind.measures and instrument.calibration_due is None:
        reasons.append(
            Reason(
                "instrument.not_calibrated",
                _("Instrument {code} has no valid calibration.", code=instrument.code),
                _("Have it calibrated and record the certificate."),
                instrument.path,
            )
        )
    elif instrument.calibration_due is not None and instrument.calibration_due < today:
        reasons.append(
            Reason(
                "instrument.calibration_overdue",
                _(
                    "The calibration of instrument {code} ended on {day}.",
                    code=instrument.code,
                    day=instrument.calibration_due,
                ),
                _("Use another instrument, or have it calibrated and record the certificate."),
                instrument.path,
            )
        )
    return reasons + check_blockers(instrument, today)


def check_blockers(instrument: InstrumentFacts, today: date) -> list[Reason]:
    """Between two calibrations an instrument is verified as often as its register says."""
    if instrument.check_days is None or (instrument.check_due is not None and instrument.check_due >= today):
        return []
    return [
        Reason(
            "instrument.not_verified",
            _("The intermediate check of instrument {code} is due: every {days} days.", code=instrument.code,
              days=instrument.check_days),
            _("Check it with its reference and record what it showed."),
            instrument.path,
        )
    ]  # fmt: skip


def standing(instrument: InstrumentFacts, today: date) -> Standing:
    """The one word for state and due days together; what is not usable is never called in service."""
    if instrument.state is InstrumentState.RETIRED:
        return Standing.RETIRED
    if instrument.state is InstrumentState.OUT_OF_SERVICE:
        return Standing.OUT_OF_SERVICE
    if use_blockers(instrument, today):
        return Standing.OUT_OF_CALIBRATION
    due = instrument.calibration_due
    if due is not None and due - today <= DUE_SOON:
        return Standing.DUE_SOON
    return Standing.IN_SERVICE


def lease_blockers(instrument: InstrumentFacts, lease: LeaseFacts | None, account: int, now: datetime) -> list[Reason]:
    """Why this person cannot have the instrument: somebody else waits for it. One's own wait may be replaced."""
    if lease is None or lease.account == account or lease.until <= now:
        return []
    return [
        Reason(
            "instrument.armed",
            _(
                "{name} is waiting for a value of instrument {code} ({target}).",
                name=lease.name,
                code=instrument.code,
                target=lease.target,
            ),
            _("Try again in a moment; the wait ends by itself after two minutes."),
            instrument.path,
        )
    ]


def unit_blockers(instrument: InstrumentFacts, unit: str | None) -> list[Reason]:
    """Why a value of this instrument cannot be what is wanted: it measures something else."""
    if instrument.unit is not None and unit in (None, instrument.unit):
        return []
    return [
        Reason(
            "instrument.unit",
            _(
                "Instrument {code} measures in {unit}, wanted is {wanted}.",
                code=instrument.code,
                unit=instrument.unit or "-",
                wanted=unit or "-",
            ),
            _("Use an instrument of that unit."),
            instrument.path,
        )
    ]


def settled(reading: Heard, instrument: InstrumentFacts) -> bool:
    """A finished value in the instrument's unit and calibrated range. An empty pan is below the range and is none."""
    return (
        reading.value is not None
        and reading.stable is True
        and not reading.overload
        and reading.unit == instrument.unit
        and (instrument.range_from is None or reading.value >= instrument.range_from)
        and (instrument.range_to is None or reading.value <= instrument.range_to)
    )


def next_stable(
    readings: Sequence[Heard],
    instrument: InstrumentFacts,
    *,
    since: datetime,
    until: datetime,
    used: Collection[int],
) -> Heard | None:
    """The first settled reading heard between the two moments that is not the weighing last used, repeated.

    `readings` in the order heard, beginning before `since` where something was used shortly before.
    """
    spent, previous = False, None
    for reading in readings:
        calm = settled(reading, instrument)
        if previous is not None and (not calm or reading.received_at - previous.received_at > SAME_WEIGHING):
            spent = False
        if reading.id in used:
            spent = True
        if calm and not spent and since <= reading.heard_at <= until:
            return reading
        previous = reading
    return None


def line_blockers(equipment: Sequence[InstrumentFacts], today: date) -> list[Reason]:
    """Why a batch cannot start on a line: equipment that makes or watches its product cannot be used today."""
    asked = (EquipmentClass.PRODUCTION, EquipmentClass.MONITORING)
    return [reason for one in equipment if one.equipment_class in asked for reason in use_blockers(one, today)]
