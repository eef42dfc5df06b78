"""What values say, and why a step on an inspection cannot be taken: pure answers, every reason at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from maskqms.actor import Role
from maskqms.errors import Link, Reason, Refused
from maskqms.i18n import Text, _
from maskqms.lab.plan import Plan, PlannedTest
from maskqms.lab.states import INSPECTION_MOVES, Decision, InspectionState, Outcome, Purpose
from maskqms.standards.editions import Name
from maskqms.standards.judging import Verdict, judge, judge_specimen, read_value, together
from maskqms.standards.limits import Kind

COUNT_DIGITS = 9


class Entered(Protocol):
    """A value on the sheet; `ResultRow` of the queries fits."""

    @property
    def test(self) -> str: ...
    @property
    def specimen(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class JudgedTest:
    """One test judged over all its current values."""

    test: str
    name: Name | str
    outcome: Outcome
    limit: str | None
    reason: Text
    values: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class JudgedSheet:
    """The whole sheet judged."""

    outcome: Outcome
    tests: tuple[JudgedTest, ...]

    @property
    def failed(self) -> tuple[JudgedTest, ...]:
        return tuple(test for test in self.tests if test.outcome is Outcome.FAIL)

    @property
    def incomplete(self) -> tuple[JudgedTest, ...]:
        return tuple(test for test in self.tests if test.outcome is Outcome.INCOMPLETE)


OUTCOMES = {
    Verdict.PASS: Outcome.PASS,
    Verdict.FAIL: Outcome.FAIL,
    Verdict.INCOMPLETE: Outcome.INCOMPLETE,
}


def outcome_of(verdict: Verdict) -> Outcome:
    return OUTCOMES[verdict]


def testers(purpose: Purpose) -> tuple[Role, ...]:
    """Whose work it is to enter values: at the line also the operator's."""
    if purpose is Purpose.IN_PROCESS:
        return (Role.INSPECTOR, Role.QUALITY, Role.OPERATOR)
    return (Role.INSPECTOR, Role.QUALITY)


def canonical_value(test: PlannedTest, text: str) -> str:
    """The value as it is kept: a count, a number with its sign, or pass and fail. Raises Refused when it is none."""
    if test.counted is not None:
        return str(int(text.strip()))
    return str(read_value(test.requirement, text))


def judge_value(test: PlannedTest, text: str) -> Outcome:
    """The verdict on one value, at the moment it is entered."""
    if test.counted is not None:
        return outcome_of(test.counted.verdict(int(text)))
    meets = judge_specimen(test.requirement, read_value(test.requirement, text)).meets
    return Outcome.INCOMPLETE if meets is None else Outcome.PASS if meets else Outcome.FAIL


def judge_test(test: PlannedTest, values: Sequence[str]) -> JudgedTest:
    """One test from its current values."""
    if test.counted is None:
        plan = test.tally.plan if test.tally else None
        found = judge(test.requirement, [read_value(test.requirement, value) for value in values], plan)
        outcome, limit, reason = outcome_of(found.verdict), found.limit, found.reason
    else:
        count = int(values[0]) if values else None
        outcome, limit = outcome_of(test.counted.verdict(count)), test.counted.text
        reason = _("No result.") if count is None else _("{count} nonconforming of {n}.", count=count, n=test.counted.n)
    return JudgedTest(test.code, test.requirement.name, outcome, limit, reason, tuple(values), test.cells)


def judge_sheet(plan: Plan, results: Iterable[Entered]) -> JudgedSheet:
    """Every required test, and every other one that has a value. A fail outweighs what is still missing."""
    values: dict[str, list[tuple[int, str]]] = {}
    for result in results:
        values.setdefault(result.test, []).append((result.specimen, result.text))
    tests = tuple(
        judge_test(test, [text for _n, text in sorted(values.get(test.code, []))])
        for test in plan.tests
        if test.required or test.code in values
    )
    return JudgedSheet(outcome_of(together(Verdict(test.outcome.value) for test in tests)), tests)


def inspection_link(code: str) -> Link:
    return Link(code, f"/inspections/{code}")


def open_blockers(code: str, state: InspectionState) -> list[Reason]:
    """Values are entered and corrected only on an open sheet."""
    if state is InspectionState.OPEN:
        return []
    text = _("Inspection {code} takes no values any more: {state}.", code=code, state=state.label)
    return [
        Reason("inspection.closed", text, _("The reviewer can send it back with a reason."), (inspection_link(code),))
    ]


def value_blockers(
    plan: Plan, test: str, specimen: int, text: str, *, has_value: bool, reason: str | None
) -> list[Reason]:
    """Why this value cannot stand in that cell."""
    found = plan.test(test)
    if found is None:
        return [Reason("result.test", _("The plan has no test {test}.", test=test))]
    reasons = []
    if not 1 <= specimen <= found.cells:
        reasons.append(_no_such_specimen(found, specimen))
    if found.counted is not None:
        reasons += _count_blockers(found, text)
    if has_value and not (reason or "").strip():
        given = _("{test}, specimen {n} already has a value. It is never overwritten.", test=test, n=specimen)
        reasons.append(Reason("result.exists", given, _("Correct it with a reason; the first value stays readable.")))
    return reasons


def _no_such_specimen(test: PlannedTest, given: int) -> Reason:
    text = _("{test} has specimens 1 to {cells}, not {given}.", test=test.code, cells=test.cells, given=given)
    return Reason("result.specimen", text)


def _count_blockers(test: PlannedTest, text: str) -> list[Reason]:
    tally, typed = test.counted, text.strip()
    if tally is None or (typed.isdecimal() and len(typed) <= COUNT_DIGITS and int(typed) <= tally.n):
        return []
    given = _("{test}: '{given}' is not a number of pieces from 0 to {n}.", test=test.code, given=text, n=tally.n)
    return [Reason("result.value", given)]


def value_fault(test: PlannedTest, text: str) -> Text | None:
    """What is wrong with a value as typed, for the cell it was typed in."""
    if faults := _count_blockers(test, text):
        return faults[0].text
    if test.counted is not None:
        return None
    try:
        read_value(test.requirement, text)
    except Refused as refused:
        return refused.reasons[0].text
    return None


def target_of(code: str, test: str, specimen: int) -> str:
    """What an instrument waits for."""
    return f"{code}/{test}/{specimen}"


def measures_in(unit: str | None, instrument_unit: str | None) -> bool:
    """A force gauge in N serves a strength in N/5 cm: what follows the bar is the specimen's."""
    return unit is not None and instrument_unit is not None and unit.split("/")[0].strip() == instrument_unit


def instrument_blockers(
    plan: Plan, test: str, specimen: int, instrument: str, instrument_unit: str | None
) -> list[Reason]:
    """Why an instrument cannot fill this cell."""
    found = plan.test(test)
    if found is None:
        return [Reason("result.test", _("The plan has no test {test}.", test=test))]
    if not 1 <= specimen <= found.cells:
        return [_no_such_specimen(found, specimen)]
    if found.requirement.kind is Kind.ATTRIBUTE:
        return [Reason("result.not_measured", _("{test} is judged by eye, not measured.", test=test))]
    unit = found.requirement.unit
    if measures_in(unit, instrument_unit) or unit == instrument_unit:
        return []
    text = _(
        "{instrument} measures in {given}, {test} is in {unit}.",
        instrument=instrument, given=instrument_unit or "-", test=test, unit=unit or "-",
    )  # fmt: skip
    return [Reason("result.unit", text, _("Use an instrument of that unit."))]


def finish_blockers(code: str, state: InspectionState, verdict: JudgedSheet) -> list[Reason]:
    """A sheet with holes goes nowhere, unless it has failed already."""
    reasons = INSPECTION_MOVES.blockers(state, InspectionState.ENTERED)
    if verdict.outcome is Outcome.FAIL:
        return reasons
    for test in verdict.tests:
        if len(test.values) < test.needed:
            missing = test.needed - len(test.values)
            text = _("{test} ({name}): {missing} values are missing.", test=test.test, name=test.name, missing=missing)
            reasons.append(Reason("result.missing", text, _("Enter them first."), (inspection_link(code),)))
    return reasons


def person_blockers(
    account: int | None, *, analysts: Mapping[int, str], reviewer: int | None = None, reviewer_name: str | None = None
) -> list[Reason]:
    """Who tested does not review, and neither of them decides (R10)."""
    reasons = []
    if account is not None and account in analysts:
        reasons.append(
            Reason(
                "person.analyst",
                _("{name} took samples or entered values of this inspection.", name=analysts[account]),
                _("Somebody who took no part in the testing must do it (R10)."),
            )
        )
    if reviewer is not None and account == reviewer:
        reasons.append(
            Reason(
                "person.reviewer",
                _("{name} reviewed this inspection.", name=reviewer_name or ""),
                _("A third person must decide (R10)."),
            )
        )
    return reasons


def decision_blockers(
    code: str, state: InspectionState, outcome: Outcome | None, decision: Decision, *, otherwise_known: bool = False
) -> list[Reason]:
    """A decision that contradicts the verdict is refused (R49).

    `otherwise_known`: an open deviation says what is wrong with a unit whose tests all passed; it may be rejected.
    """
    path = (inspection_link(code),)
    reasons = []
    if state is not InspectionState.REVIEWED:
        reasons.append(
            Reason(
                "inspection.not_reviewed",
                _("Inspection {code} is not reviewed: {state}.", code=code, state=state.label),
                _("A second person reviews the sheet first."),
                path,
            )
        )
    if decision is Decision.ACCEPTED and outcome is not Outcome.PASS:
        said = (outcome or Outcome.INCOMPLETE).label
        text = _("The verdict of inspection {code} is: {verdict}.", code=code, verdict=said)
        reasons.append(Reason("inspection.verdict", text, _("What did not pass cannot be accepted."), path))
    if decision is Decision.REJECTED and outcome is Outcome.PASS and not otherwise_known:
        reasons.append(
            Reason(
                "inspection.verdict",
                _("All tests of inspection {code} passed.", code=code),
                _("Open a deviation that says what is wrong, then reject."),
                path,
            )
        )
    return reasons


def review_content(code: str, subject: str, verdict: JudgedSheet) -> dict[str, Any]:
    """Exactly what a reviewer signs."""
    return {
        "inspection": code,
        "subject": subject,
        "outcome": str(verdict.outcome),
        "tests": [
            {"test": test.test, "limit": test.limit, "values": list(test.values), "outcome": str(test.outcome)}
            for test in verdict.tests
        ],
    }


def choices(test: PlannedTest) -> tuple[Outcome, ...]:
    """What a pass-or-fail cell offers; empty where a number is typed."""
    if test.counted is not None or test.requirement.kind is not Kind.ATTRIBUTE:
        return ()
    return (Outcome.PASS, Outcome.FAIL)
