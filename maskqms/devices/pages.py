"""What the pages of instruments and gateways show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.devices.queries.calibrations import CalibrationRow, DueRow, VerificationRow
from maskqms.devices.queries.gateways import GatewayRow
from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.devices.queries.readings import LeaseRow, ReadingRow
from maskqms.devices.rules import DUE_SOON, standing, use_blockers
from maskqms.devices.states import INSTRUMENT_MOVES, EquipmentClass, InstrumentKind, InstrumentState, Standing
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Words
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Due:
    """How a day until which something holds stands, in a word and a tone."""

    tone: Tone
    word: Text


def due(instrument: InstrumentRow, today: date) -> Due:
    """How the calibration stands."""
    if not instrument.kind.measures:
        return Due(Tone.NEUTRAL, _("Not calibrated"))
    if instrument.calibration_due is None:
        return Due(Tone.STOP, _("No valid calibration"))
    return _by_day(instrument.calibration_due, today)


def _by_day(day: date, today: date) -> Due:
    if day < today:
        return Due(Tone.STOP, _("Overdue"))
    if day - today <= DUE_SOON:
        return Due(Tone.WAIT, _("Due soon"))
    return Due(Tone.OK, _("Valid"))


@dataclass(frozen=True, slots=True)
class DueLine:
    row: DueRow
    due: Due

    @property
    def what(self) -> Text:
        return _("Calibration") if self.row.what == "calibration" else _("Intermediate check")


@dataclass(frozen=True, slots=True)
class DueMonth:
    """A month of the calendar; the first is what is overdue or has no valid day."""

    title: Words
    lines: Sequence[DueLine]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """What is due, month by month."""

    months: Sequence[DueMonth]


def calendar_page(rows: Sequence[DueRow], today: date) -> CalendarPage:
    months: dict[str, list[DueLine]] = {}
    late: list[DueLine] = []
    for row in rows:
        if row.due is None:
            late.append(DueLine(row, Due(Tone.STOP, _("No valid day"))))
        elif row.due < today:
            late.append(DueLine(row, _by_day(row.due, today)))
        else:
            months.setdefault(f"{row.due:%Y-%m}", []).append(DueLine(row, _by_day(row.due, today)))
    found = [DueMonth(month, lines) for month, lines in months.items()]
    return CalendarPage([*([DueMonth(_("Overdue or without a valid day"), late)] if late else []), *found])


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    row: InstrumentRow
    due: Due
    standing: Standing


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
    classes: type[EquipmentClass] = EquipmentClass


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """One instrument: whether it may be used, its calibrations, and the last it said."""

    instrument: InstrumentRow
    standing: Standing
    due: Due
    facts: Sequence[Fact]
    reasons: Sequence[Reason]
    lease: LeaseRow | None
    readings: Sequence[ReadingRow]
    calibrations: Sequence[CalibrationRow]
    verifications: Sequence[VerificationRow]
    in_doubt: int
    may_keep: bool
    moves: Sequence[Option]
    calibration_form: Form[Any]
    verification_form: Form[Any]
    state_form: Form[Any]

    @property
    def as_found(self) -> Sequence[Option]:
        return AS_FOUND


AS_FOUND = (
    Option("in_tolerance", _("In tolerance")),
    Option("out_of_tolerance", _("Out of tolerance"), _("Every result since the last good calibration is in doubt")),
)


def instrument_page(
    instrument: InstrumentRow,
    *,
    today: date,
    lease: LeaseRow | None,
    readings: Sequence[ReadingRow],
    calibrations: Sequence[CalibrationRow],
    verifications: Sequence[VerificationRow],
    may_keep: bool,
    calibration_form: Form[Any] | None = None,
    verification_form: Form[Any] | None = None,
    state_form: Form[Any] | None = None,
) -> InstrumentPage:
    """Put together what the page of one instrument shows."""
    after = list(INSTRUMENT_MOVES.after(instrument.state))
    return InstrumentPage(
        instrument=instrument,
        standing=standing(instrument.facts, today),
        due=due(instrument, today),
        facts=_facts(instrument),
        reasons=use_blockers(instrument.facts, today),
        lease=lease,
        readings=readings,
        calibrations=calibrations,
        verifications=verifications,
        in_doubt=sum(not one.good for one in calibrations) + sum(not one.passed for one in verifications),
        may_keep=may_keep,
        moves=[Option(str(state), state.label) for state in InstrumentState if state in after],
        calibration_form=calibration_form or blank(done_on=today, passed=True),
        verification_form=verification_form or blank(passed=True),
        state_form=state_form or blank(),
    )


def _facts(instrument: InstrumentRow) -> list[Fact]:
    shown: list[tuple[Words, Any]] = [
        (_("Kind"), instrument.kind.label),
        (_("Maker's serial number"), instrument.serial_number),
        (_("Class"), instrument.equipment_class.label if instrument.equipment_class else None),
        (_("Station"), instrument.station),
        (_("Line"), instrument.line),
        (_("Responsible"), instrument.responsible),
        (_("Unit"), instrument.unit),
        (_("Range"), _span(instrument)),
        (_("Resolution"), instrument.resolution),
        (_("Calibration due"), instrument.calibration_due),
        (_("Checked every"), _("{days} days", days=instrument.check_days) if instrument.check_days else None),
        (_("Next check"), instrument.check_due),
        (_("Gateway"), instrument.gateway),
    ]
    return [Fact(label, value) for label, value in shown if value is not None]


def _span(instrument: InstrumentRow) -> str | None:
    if instrument.range_from is None and instrument.range_to is None:
        return None
    ends = ("-" if end is None else f"{end:f}" for end in (instrument.range_from, instrument.range_to))
    return " … ".join(ends)
