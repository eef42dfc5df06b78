"""What falls due for a retest, the interval of a material, and one lot's filtration over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.db.clock import local
from maskqms.i18n import Text, _
from maskqms.lab.charts import Series, edges, over_time
from maskqms.lab.pages.worksheet import signed_tests
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.over_time import PastValue
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.states import InspectionState, Outcome
from maskqms.lab.words import limit_words, mark
from maskqms.materials.actions.retest import TESTERS
from maskqms.materials.queries.lots import LotRow
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.retests import DueList, RetestRow, RetestRuleRow
from maskqms.materials.rules.retest import RETESTED, due_words
from maskqms.standards.rounding import round_places
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Words
from maskqms.workflow import Tone

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RetestsPage:
    """The worklist by retest date."""

    found: DueList
    paging: Paging
    day: date

    def words(self, due: date) -> tuple[Text, Tone]:
        return due_words(due, self.day)


def retests_page(found: DueList, page: int, day: date) -> RetestsPage:
    return RetestsPage(found, Paging(page, PAGE_SIZE, found.total, "/retests"), day)


@dataclass(frozen=True, slots=True)
class RetestRulePage:
    """The interval of a material."""

    material: MaterialRow
    rule: RetestRuleRow | None
    tests: Sequence[Option]
    form: Form[Any]
    may_set: bool


@dataclass(frozen=True, slots=True)
class Measurement:
    """One test of one sheet in the table behind the chart."""

    inspection: str
    purpose: Text
    day: date
    name: str
    values: Sequence[Words]
    mean: Decimal | None
    unit: str | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Picture:
    """One unit's tests in one chart."""

    id: str
    title: str
    option: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FiltrationPage:
    """A lot's filtration from its receipt on, its retest dates, and the retest that runs."""

    lot: LotRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    pictures: Sequence[Picture]
    limits: Sequence[Fact]
    measurements: Sequence[Measurement]
    dates: Sequence[RetestRow]
    running: Sheet | None
    may_open: bool
    may_decide: bool
    passed: bool
    shown: Shown | None
    meaning: Text
    signatures: Sequence[SignatureLine]


def filtration_page(
    lot: LotRow,
    tests: Sequence[PlannedTest],
    values: Sequence[PastValue],
    dates: Sequence[RetestRow],
    running: Sheet | None,
    shown: tuple[dict[str, object], date | None] | None,
    signatures: Sequence[SignatureRow],
    day: date,
    actor: Actor,
) -> FiltrationPage:
    words, tone = (
        due_words(dates[0].due_on, day) if dates else (_("No retest interval is set for this material."), Tone.NEUTRAL)
    )
    may_decide = (
        running is not None
        and running.inspection.state is InspectionState.REVIEWED
        and actor.has(Role.QUALITY)
        and actor.account_id not in (*running.analysts, running.inspection.reviewer)
    )
    passed = running is not None and running.verdict.outcome is Outcome.PASS
    return FiltrationPage(
        lot=lot,
        facts=(
            Fact(_("Lot"), lot.code, lot.href),
            Fact(_("Supplier"), lot.supplier_name, f"/suppliers/{lot.supplier_code}"),
            Fact(_("Storage life until"), lot.expires_on),
            Fact(_("Retest by"), dates[0].due_on if dates else None),
        ),
        band=words,
        tone=tone,
        pictures=_pictures(tests, values),
        limits=[Fact(str(test.requirement.name), limit_words(test)) for test in tests],
        measurements=measurements(tests, values),
        dates=dates,
        running=running,
        may_open=running is None and lot.state in RETESTED and actor.has(*TESTERS),
        may_decide=may_decide,
        passed=passed,
        shown=None if shown is None or running is None else _shown(lot, running, *shown),
        meaning=(Meaning.APPROVED if passed else Meaning.REJECTED).label,
        signatures=[signature_line(one) for one in signatures],
    )


def _shown(lot: LotRow, running: Sheet, content: dict[str, object], usable: date | None) -> Shown:
    rows = [
        Fact(_("Lot"), f"{lot.code} {lot.material_name}"),
        Fact(_("Inspection"), running.inspection.code),
        Fact(_("Verdict"), running.verdict.outcome.label),
        Fact(_("Usable until"), usable),
        *signed_tests(running.verdict.tests),
    ]
    return Shown(rows, content_digest(content))


def mean_of(values: Sequence[Decimal]) -> Decimal | None:
    """The mean with one place more than the values have."""
    if not values:
        return None
    places = max(-int(value.as_tuple().exponent) for value in values)
    return round_places(sum(values, Decimal(0)) / len(values), max(0, places) + 1)


def _grouped(values: Sequence[PastValue]) -> dict[tuple[str, str], list[PastValue]]:
    found: dict[tuple[str, str], list[PastValue]] = {}
    for value in values:
        found.setdefault((value.inspection, value.test), []).append(value)
    return found


def measurements(tests: Sequence[PlannedTest], values: Sequence[PastValue]) -> list[Measurement]:
    """A line a sheet and test, the newest first."""
    known = {test.code: test for test in tests}
    lines = []
    for (inspection, code), group in _grouped(values).items():
        test = known[code]
        numbers = [one.value for one in group if one.value is not None]
        failed = any(one.outcome is Outcome.FAIL for one in group)
        lines.append(
            Measurement(
                inspection=inspection,
                purpose=group[0].purpose.label,
                day=local(group[0].at).date(),
                name=str(test.requirement.name),
                values=[mark(one.text) for one in group],
                mean=mean_of(numbers),
                unit=test.requirement.unit,
                outcome=Outcome.FAIL if failed else Outcome.PASS,
            )
        )
    return lines[::-1]


def _pictures(tests: Sequence[PlannedTest], values: Sequence[PastValue]) -> list[Picture]:
    """One chart a test: its means as a line, its single values as dots, its limit as a dashed line."""
    found = []
    for test in tests:
        groups = [group for (_sheet, code), group in _grouped(values).items() if code == test.code]
        line, dots = [], []
        for group in groups:
            moment = local(group[0].at).isoformat(timespec="minutes")
            numbers = [one.value for one in group if one.value is not None]
            if (mean := mean_of(numbers)) is not None:
                line.append((moment, mean))
            dots += [(moment, number) for number in numbers]
        if line:
            name = str(test.requirement.name)
            option = over_time([Series(name, line, dots)], unit=test.requirement.unit, lines=edges(test.requirement))
            found.append(Picture(f"decay-{test.code}", name, option))
    return found
