"""The worksheet: its grid while values are entered, its verdicts, and what the reviewer signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.devices.rules import use_blockers
from maskqms.i18n import Text, _
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.investigations import InvestigationRow
from maskqms.lab.queries.measuring import LaboratoryRow, ReportRow
from maskqms.lab.queries.sheets import ResultRow, Sheet, current_results
from maskqms.lab.rules import (
    JudgedTest,
    choices,
    judge_test,
    measures_in,
    testers,
)
from maskqms.lab.states import InspectionState, LaboratoryState, Outcome
from maskqms.lab.words import chance_words, limit_text, limit_words, mark, provenance_words, sampling_words
from maskqms.quality.queries import DeviationRow
from maskqms.standards.limits import Kind
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Grid, GridCell, GridRow, Option, Shown, SignatureLine, Words
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class CellLink:
    """A value in the table of verdicts, with the way to its history."""

    specimen: int
    text: str | None
    tone: Tone | None
    word: Words | None
    corrected: bool
    measured: bool
    href: str
    invalid: Words | None = None
    repeats: Sequence[RepeatLink] = ()


@dataclass(frozen=True, slots=True)
class RepeatLink:
    """A value of a retest beside the first one, with the number of the retest."""

    ordinal: int
    text: str
    tone: Tone
    counts: bool
    href: str


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test: its limit and where it comes from, its values, and what they say together."""

    test: PlannedTest
    limit: Words
    cells: Sequence[CellLink]
    judged: JudgedTest


@dataclass(frozen=True, slots=True)
class VerdictsPage:
    """The table of verdicts; also alone, each time a cell was left."""

    lines: Sequence[TestLine]
    outcome: Outcome
    band: Text
    tone: Tone
    open: bool

    def provenance(self, test: PlannedTest) -> Text:
        return provenance_words(test.requirement)

    def mark(self, text: str) -> Words:
        return mark(text)

    def sampling(self, test: PlannedTest) -> Sequence[Text]:
        """The sampling plan of a test that has one, and what it is worth."""
        if test.tally is None:
            return ()
        words = (sampling_words(test.tally), chance_words(test.tally))
        return [each for each in words if each is not None]


@dataclass(frozen=True, slots=True)
class InspectionPage:
    """A worksheet. `grid` only while values may be entered."""

    sheet: Sheet
    facts: Sequence[Fact]
    deviation: DeviationRow | None
    grid: Grid | None
    verdicts: VerdictsPage
    may_finish: bool
    may_review: bool
    may_send_back: bool
    shown: Shown
    meaning: Text
    signatures: Sequence[SignatureLine]
    send_back_form: Form[Any]
    asked: Asked
    report_form: Form[Any]
    investigate_form: Form[Any]
    may_report: bool
    may_investigate: bool

    @property
    def tests(self) -> list[Option]:
        return [Option(one.code, f"{one.code} {one.requirement.name}") for one in self.sheet.inspection.plan.tests]


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands around a sheet: with what its tests can be measured, who tested outside, and what is looked into."""

    instruments: Sequence[InstrumentRow] = ()
    last: Mapping[str, str] = field(default_factory=dict)
    investigations: Sequence[InvestigationRow] = ()
    reports: Sequence[ReportRow] = ()
    laboratories: Sequence[LaboratoryRow] = ()
    today: date = date.max

    def options(self, test: PlannedTest) -> list[Option]:
        """The instruments that can be named for a test and may be used today."""
        if test.requirement.kind is Kind.ATTRIBUTE:
            return []
        fit = [one for one in self.instruments if _fits(test, one) and not use_blockers(one.facts, self.today)]
        return [Option(one.code, f"{one.code} {one.name}") for one in fit]

    @property
    def laboratory_options(self) -> list[Option]:
        return [
            Option(one.code, f"{one.code} {one.name}")
            for one in self.laboratories
            if one.state is LaboratoryState.QUALIFIED
        ]


def _fits(test: PlannedTest, instrument: InstrumentRow) -> bool:
    """Of the kind the plan asks for; where it asks for none, one that measures in the unit of the limit."""
    if test.instrument is not None:
        return instrument.kind is test.instrument
    return measures_in(test.requirement.unit, instrument.unit)


def inspection_page(
    sheet: Sheet,
    actor: Actor,
    signatures: Sequence[SignatureRow],
    deviation: DeviationRow | None,
    asked: Asked,
    send_back_form: Form[Any] | None = None,
    report_form: Form[Any] | None = None,
    investigate_form: Form[Any] | None = None,
) -> InspectionPage:
    row = sheet.inspection
    enters = row.state is InspectionState.OPEN and actor.has(*testers(row.purpose))
    reviews = actor.has(Role.INSPECTOR, Role.QUALITY) and actor.account_id not in sheet.analysts
    return InspectionPage(
        sheet=sheet,
        facts=(
            Fact(_("Of"), row.subject_code, f"/c/{row.subject_code}"),
            Fact(_("Purpose"), row.purpose.label),
            Fact(_("Limits from"), row.source),
            Fact(_("Opened"), row.opened_at),
        ),
        deviation=deviation,
        grid=grid_of(sheet, asked) if enters else None,
        verdicts=verdicts_page(sheet),
        may_finish=enters,
        may_review=row.state is InspectionState.ENTERED and reviews,
        may_send_back=row.state in (InspectionState.ENTERED, InspectionState.REVIEWED)
        and actor.has(Role.INSPECTOR, Role.QUALITY),
        shown=Shown(shown_rows(sheet), content_digest(sheet.content)),
        meaning=Meaning.REVIEWED.label,
        signatures=[signature_line(s, void=not s.stands_for(content_digest(sheet.content))) for s in signatures],
        send_back_form=send_back_form or blank(),
        asked=asked,
        report_form=report_form or blank(),
        investigate_form=investigate_form or blank(),
        may_report=row.state is InspectionState.OPEN and actor.has(Role.INSPECTOR, Role.QUALITY),
        may_investigate=row.state is not InspectionState.DECIDED and actor.has(Role.INSPECTOR, Role.QUALITY),
    )


def shown_rows(sheet: Sheet) -> list[Fact]:
    """The sheet as the reviewer signs it, for people: a line a test."""
    row = sheet.inspection
    return [
        Fact(_("Inspection"), f"{row.code} · {row.subject_code}"),
        Fact(_("Verdict"), sheet.verdict.outcome.label),
        *signed_tests(sheet.verdict.tests),
    ]


def signed_tests(tests: Sequence[JudgedTest]) -> list[Fact]:
    """A line a test: its limit and its values."""
    return [
        Fact(test.name, f"{limit_text(test.limit)}: {', '.join(str(mark(value)) for value in test.values)}")
        for test in tests
    ]


def band_of(sheet: Sheet) -> tuple[Text, Tone]:
    """One sentence: what is still to be done."""
    row, verdict = sheet.inspection, sheet.verdict
    missing = sum(max(0, test.needed - len(test.values)) for test in verdict.tests)
    if row.state is InspectionState.OPEN and missing:
        return _("{count} values are still to be entered.", count=missing), Tone.WAIT
    if row.state is InspectionState.OPEN:
        return _("All values are there. Finish the entry to hand the sheet over for review."), Tone.INFO
    if row.state is InspectionState.ENTERED:
        return _("Waits for the review by somebody who entered none of the values."), Tone.WAIT
    if row.state is InspectionState.REVIEWED:
        return _("Reviewed by {name}. A third person decides.", name=row.reviewer_name), Tone.INFO
    decided = row.decision.label if row.decision else ""
    return _("Decided by {name}: {decision}.", name=row.decider_name, decision=decided), verdict.outcome.tone


def verdicts_page(sheet: Sheet) -> VerdictsPage:
    lines = []
    for test in sheet.inspection.plan.tests:
        cells = [_cell_link(sheet, test, specimen) for specimen in range(1, test.cells + 1)]
        mine = sorted((r.specimen, r.text) for r in current_results(sheet.results) if r.test == test.code)
        values = [text for _n, text in mine]
        lines.append(TestLine(test, limit_words(test), cells, judge_test(test, values)))
    return VerdictsPage(lines, sheet.verdict.outcome, *band_of(sheet), sheet.inspection.state is InspectionState.OPEN)


def _cell_link(sheet: Sheet, test: PlannedTest, specimen: int) -> CellLink:
    found = sheet.current(test.code, specimen)
    href = f"/inspections/{sheet.inspection.code}/cells/{test.code}/{specimen}"
    if found is None:
        return CellLink(specimen, None, None, None, False, False, href)
    return CellLink(
        specimen,
        found.text,
        found.outcome.tone,
        found.outcome.label,
        found.supersedes is not None,
        found.reading is not None,
        href,
        found.invalid.label if found.invalid else None,
        [
            RepeatLink(r.retest or 0, r.text, r.outcome.tone, r.counts, f"/investigations/{r.investigation}")
            for r in sheet.repeats(test.code, specimen)
        ],
    )


def grid_of(sheet: Sheet, asked: Asked) -> Grid:
    """The worksheet; a cell that has its value is locked, corrections are made with a reason."""
    code = sheet.inspection.code
    rows = [grid_row(sheet, test, asked) for test in sheet.inspection.plan.tests]
    return Grid(
        url=f"/inspections/{code}/results",
        rows=rows,
        specimens=max(len(row.cells) for row in rows),
        label=_("Values of inspection {code}", code=code),
    )


def grid_row(sheet: Sheet, test: PlannedTest, asked: Asked | None = None) -> GridRow:
    name = str(test.requirement.name)
    return GridRow(
        test=test.code,
        label=name if test.required else _("{test} (if tested)", test=name),
        limit=limit_words(test),
        unit=_("nonconforming") if test.counted is not None else test.requirement.unit,
        cells=[grid_cell(sheet.current(test.code, n), n) for n in range(1, test.cells + 1)],
        choices=[(one.value, one.label) for one in choices(test)],
        instruments=asked.options(test) if asked else (),
        instrument=asked.last.get(test.code) if asked else None,
    )


def grid_cell(found: ResultRow | None, specimen: int) -> GridCell:
    if found is None:
        return GridCell(specimen)
    return GridCell(specimen, found.text, found.outcome.tone, found.outcome.label, found.instrument, locked=True)
