"""The worksheet: its grid while values are entered, its verdicts, and what the reviewer signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.nearness import NEAR, is_warning
from maskqms.lab.pages.grid import Asked, grid_of
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.samples import SampleRow
from maskqms.lab.queries.sheets import Sheet, current_results
from maskqms.lab.rules import (
    JudgedTest,
    judge_test,
    testers,
)
from maskqms.lab.states import InspectionState, Outcome
from maskqms.lab.words import chance_words, limit_text, limit_words, mark, provenance_words, sampling_words
from maskqms.quality.queries import DeviationRow
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Grid, Option, Shown, SignatureLine, Words
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
    warned: bool = False


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
    href: str

    def tally(self, test: PlannedTest) -> str:
        """Where the pieces of a counted test are counted."""
        return f"{self.href}/tally/{test.code}"

    def provenance(self, test: PlannedTest) -> Text:
        return provenance_words(test.requirement)

    def mark(self, text: str) -> Words:
        return mark(text)

    def limit(self, text: str) -> Words:
        return limit_text(text)

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
    samples: Sequence[SampleRow] = ()

    @property
    def tests(self) -> list[Option]:
        return [Option(one.code, f"{one.code} {one.requirement.name}") for one in self.sheet.inspection.plan.tests]


def inspection_page(
    sheet: Sheet,
    actor: Actor,
    signatures: Sequence[SignatureRow],
    deviation: DeviationRow | None,
    asked: Asked,
    send_back_form: Form[Any] | None = None,
    report_form: Form[Any] | None = None,
    investigate_form: Form[Any] | None = None,
    samples: Sequence[SampleRow] = (),
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
            Fact(_("Due"), row.due_at),
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
        samples=samples,
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
        Fact(str(test.name), f"{limit_text(test.limit)}: {', '.join(str(mark(value)) for value in test.values)}")
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
    row = sheet.inspection
    return VerdictsPage(lines, sheet.verdict.outcome, *band_of(sheet), row.state is InspectionState.OPEN, row.href)


def _cell_link(sheet: Sheet, test: PlannedTest, specimen: int) -> CellLink:
    found = sheet.current(test.code, specimen)
    href = f"/inspections/{sheet.inspection.code}/cells/{test.code}/{specimen}"
    if found is None:
        return CellLink(specimen, None, None, None, False, False, href)
    warned = is_warning(test, found.text)
    return CellLink(
        specimen,
        found.text,
        Tone.WAIT if warned else found.outcome.tone,
        NEAR if warned else found.outcome.label,
        found.supersedes is not None,
        found.reading is not None or found.file is not None,
        href,
        found.invalid.label if found.invalid else None,
        [
            RepeatLink(r.retest or 0, r.text, r.outcome.tone, r.counts, f"/investigations/{r.investigation}")
            for r in sheet.repeats(test.code, specimen)
        ],
        warned,
    )
