"""With what, and where, a value was measured: pure answers, every reason at once (R125)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from maskqms.devices.rules import InstrumentFacts, use_blockers
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.lab.plan import PlannedTest
from maskqms.lab.rules import inspection_link
from maskqms.lab.states import Evidence, LaboratoryState


@dataclass(frozen=True, slots=True)
class LaboratoryFacts:
    """An outside laboratory: the tests its accreditation is for, and until when."""

    code: str
    state: LaboratoryState
    scope: tuple[str, ...]
    valid_until: date

    @property
    def path(self) -> tuple[Link, ...]:
        return (Link(self.code, "/laboratories"),)


def measured_blockers(test: PlannedTest, instrument: InstrumentFacts | None, today: date) -> list[Reason]:
    """Why a value may not have come from this instrument, or from none."""
    if instrument is None:
        if test.instrument is None or test.evidence is not Evidence.OWN:
            return []
        text = _("{test} is measured with an instrument: {kind}.", test=test.code, kind=test.instrument.label)
        return [Reason("result.no_instrument", text, _("Choose the instrument at the head of the row."))]
    reasons = use_blockers(instrument, today)
    if test.instrument is not None and instrument.kind is not test.instrument:
        text = _("{test} is measured with a {kind}; {instrument} is a {other}.", test=test.code,
                 kind=test.instrument.label, instrument=instrument.code, other=instrument.kind.label)  # fmt: skip
        reasons.append(Reason("result.instrument_kind", text, _("Choose an instrument of that kind."), instrument.path))
    return reasons


def finished_blockers(code: str, used: Sequence[tuple[InstrumentFacts, date]]) -> list[Reason]:
    """Asked again when entry is finished: each instrument as it is known now, on the last day it was used for the
    sheet. A check that lapsed since says nothing about what was measured before."""
    return [
        replace(reason, path=(inspection_link(code), *reason.path))
        for facts, day in used
        for reason in use_blockers(replace(facts, check_days=None), day)
    ]


def commissioned_blockers(test: PlannedTest, reports: int) -> list[Reason]:
    """A test that is given out has its laboratory and report before it has a value."""
    if test.evidence is not Evidence.COMMISSIONED or reports:
        return []
    text = _("{test} is tested by an outside laboratory; none is named yet.", test=test.code)
    return [Reason("result.no_laboratory", text, _("Record the report with its laboratory first."))]


def report_blockers(
    test: PlannedTest | None, laboratory: LaboratoryFacts, *, reported_on: date, today: date, justification: str | None
) -> list[Reason]:
    """An outside report counts from a qualified laboratory, and for a test meant for here only with a justification."""
    if test is None:
        return [Reason("result.test", _("The plan has no such test."))]
    reasons = laboratory_blockers(laboratory, test.code, reported_on)
    if reported_on > today:
        reasons.append(Reason("report.future", _("The day of the report is in the future.")))
    if test.evidence is Evidence.OWN and not (justification or "").strip():
        text = _("{test} is tested here; an outside report is not taken for it.", test=test.code)
        remedy = _("Justify in words why it was given out (R125).")
        reasons.append(Reason("report.in_house", text, remedy))
    if test.evidence is Evidence.CERTIFICATE:
        text = _("{test} rests on the supplier's certificate, not on a commissioned test.", test=test.code)
        reasons.append(Reason("report.certificate", text))
    return reasons


def laboratory_blockers(laboratory: LaboratoryFacts, test: str, day: date) -> list[Reason]:
    """Whether the laboratory was qualified for the test on that day."""
    reasons = []
    if laboratory.state is not LaboratoryState.QUALIFIED:
        text = _("Laboratory {code} is not qualified: {state}.", code=laboratory.code, state=laboratory.state.label)
        reasons.append(Reason("laboratory.suspended", text, _("Give the test to another one."), laboratory.path))
    if laboratory.valid_until < day:
        text = _("The accreditation of laboratory {code} ended on {day}.", code=laboratory.code,
                 day=laboratory.valid_until)  # fmt: skip
        reasons.append(Reason("laboratory.expired", text, _("Give the test to another one."), laboratory.path))
    if not _covers(laboratory.scope, test):
        text = _("The accreditation of laboratory {code} does not cover {test}.", code=laboratory.code, test=test)
        reasons.append(Reason("laboratory.scope", text, _("Give the test to another one."), laboratory.path))
    return reasons


def _covers(scope: Collection[str], test: str) -> bool:
    return test.upper() in {one.upper() for one in scope}
