"""What the pages of instruments and gateways show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.devices.queries.gateways import GatewayRow
from maskqms.devices.queries.instruments import CalibrationRow, InstrumentRow
from maskqms.devices.queries.readings import LeaseRow, ReadingRow
from maskqms.devices.rules import DUE_SOON, use_blockers
from maskqms.devices.states import INSTRUMENT_MOVES, InstrumentKind, InstrumentState
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Words
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Due:
    """How the calibration stands, in a word and a tone."""

    tone: Tone
    word: Text


def due(instrument: InstrumentRow, today: date) -> Due:
    if not instrument.kind.measures:
        return Due(Tone.NEUTRAL, _("Not calibrated"))
    if instrument.calibration_due is None:
        return Due(Tone.STOP, _("No valid calibration"))
    if instrument.calibration_due < today:
        return Due(Tone.STOP, _("Overdue"))
    if instrument.calibration_due - today <= DUE_SOON:
        return Due(Tone.WAIT, _("Due soon"))
    return Due(Tone.OK, _("Valid"))


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    row: InstrumentRow
    due: Due


@dataclass(frozen=True, slots=True)
class InstrumentsPage:
    """All instruments, and the gateways that listen to them. `token` is set once, right after it was made."""

    instruments: Sequence[InstrumentLine]
    gateways: Sequence[GatewayRow]
    may_register: bool
    may_register_gateway: bool
    form: Form[Any]
    token: str | None = None
    token_of: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterInstrumentPage:
    form: Form[Any]
    gateways: Sequence[Option]
    kinds: type[InstrumentKind] = InstrumentKind


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """One instrument: whether it may be used, its calibrations, and the last it said."""

    instrument: InstrumentRow
    due: Due
    facts: Sequence[Fact]
    reasons: Sequence[Reason]
    lease: LeaseRow | None
    readings: Sequence[ReadingRow]
    calibrations: Sequence[CalibrationRow]
    may_keep: bool
    moves: Sequence[Option]
    calibration_form: Form[Any]
    state_form: Form[Any]


def instrument_page(
    instrument: InstrumentRow,
    *,
    today: date,
    lease: LeaseRow | None,
    readings: Sequence[ReadingRow],
    calibrations: Sequence[CalibrationRow],
    may_keep: bool,
    calibration_form: Form[Any] | None = None,
    state_form: Form[Any] | None = None,
) -> InstrumentPage:
    """Put together what the page of one instrument shows."""
    after = list(INSTRUMENT_MOVES.after(instrument.state))
    return InstrumentPage(
        instrument=instrument,
        due=due(instrument, today),
        facts=_facts(instrument),
        reasons=use_blockers(instrument.facts, today),
        lease=lease,
        readings=readings,
        calibrations=calibrations,
        may_keep=may_keep,
        moves=[Option(str(state), state.label) for state in InstrumentState if state in after],
        calibration_form=calibration_form or blank(done_on=today, passed=True),
        state_form=state_form or blank(),
    )


def _facts(instrument: InstrumentRow) -> list[Fact]:
    shown: list[tuple[Words, Any]] = [
        (_("Kind"), instrument.kind.label),
        (_("Maker's serial number"), instrument.serial_number),
        (_("Station"), instrument.station),
        (_("Unit"), instrument.unit),
        (_("Range"), _span(instrument)),
        (_("Resolution"), instrument.resolution),
        (_("Calibration due"), instrument.calibration_due),
        (_("Gateway"), instrument.gateway),
    ]
    return [Fact(label, value) for label, value in shown if value is not None]


def _span(instrument: InstrumentRow) -> str | None:
    if instrument.range_from is None and instrument.range_to is None:
        return None
    ends = ("-" if end is None else f"{end:f}" for end in (instrument.range_from, instrument.range_to))
    return " … ".join(ends)
