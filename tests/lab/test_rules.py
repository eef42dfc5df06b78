"""Judging a sheet and a cell, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from pydantic import ValidationError
from scipy.stats import binom

from maskqms.lab import rules
from maskqms.lab.plan import Plan, PlannedTest, Tally, planned
from maskqms.lab.states import Decision, Evidence, InspectionState, Outcome
from maskqms.lab.words import chance_words, limit_words, rule_words, sampling_words
from maskqms.standards.catalogue import catalogue
from maskqms.standards.editions import Edition, PassRule
from maskqms.standards.requirement import Requirement
from maskqms.standards.requirements import requirements
from tests.make.lab import APPEAR, PFE


@dataclass(frozen=True)
class Value:
    test: str
    specimen: int
    text: str


def codes(reasons: list[rules.Reason]) -> list[str]:
    return [reason.code for reason in reasons]


PLAN = Plan(
    tests=(planned(PFE), planned(APPEAR, lot_size=500, aql="1.0"), planned(APPEAR.model_copy(update={"code": "SEAL"})))
)
COUNTED = PLAN.tests[1]


def test_a_counted_test_takes_its_plan_from_iso_2859() -> None:
    assert COUNTED.tally is not None
    assert (COUNTED.tally.n, COUNTED.tally.ac, COUNTED.tally.re, COUNTED.cells) == (50, 1, 2, 1)
    assert limit_words(COUNTED) == "n 50 · Ac 1 · Re 2"
    small = planned(APPEAR, lot_size=10, aql="1.0").tally
    assert small is not None
    assert (small.n, small.ac, small.full) == (10, 0, True)


def test_a_sampling_plan_says_where_it_comes_from_and_what_it_is_worth() -> None:
    tally = COUNTED.tally
    assert tally is not None
    assert "500" in str(sampling_words(tally))
    assert f"{binom.cdf(tally.ac, tally.n, 0.01) * 100:.1f}" in str(chance_words(tally))
    assert chance_words(tally.model_copy(update={"full": True})) is None
    assert chance_words(tally.model_copy(update={"aql": "15"})) is None


EDITIONS = [edition for standard in catalogue().standards for edition in catalogue().editions_of(standard)]
SAMPLED = planned(PFE.model_copy(update={"rule": PassRule(kind="aql", aql="4.0")}), lot_size=5000, level="S-4")


def test_a_measured_test_with_an_aql_has_as_many_values_as_its_plan() -> None:
    assert SAMPLED.tally is not None
    assert (SAMPLED.tally.n, SAMPLED.tally.ac, SAMPLED.cells, SAMPLED.counted) == (32, 3, 32, None)
    assert str(limit_words(SAMPLED)) == "≥ 95（n 32 · Ac 3 · Re 4）"
    assert rules.judge_value(SAMPLED, "94.9") is Outcome.FAIL
    good = ["95.0"] * 28
    assert rules.judge_test(SAMPLED, [*good, "94.9"]).outcome is Outcome.INCOMPLETE
    assert rules.judge_test(SAMPLED, [*good, "95", "94.9", "94.9", "94.9"]).outcome is Outcome.PASS
    assert rules.judge_test(SAMPLED, [*good, "94.9", "94.9", "94.9", "94.9"]).outcome is Outcome.FAIL
    assert rules.judge_test(SAMPLED, ["94.9"] * 4).outcome is Outcome.FAIL
    assert rules.value_blockers(Plan(tests=(SAMPLED,)), "PFE", 32, "96.1", has_value=False, reason=None) == []


@pytest.mark.parametrize(
    ("edition", "grade"),
    [(edition, grade.code) for edition in EDITIONS for grade in edition.grades],
    ids=lambda given: given if isinstance(given, str) else given.edition,
)
def test_every_edition_and_grade_can_be_planned_and_its_plan_be_kept(edition: Edition, grade: str) -> None:
    for variants in (frozenset[str](), *(frozenset({one.code}) for one in edition.variants)):
        found = tuple(planned(one, lot_size=5000) for one in requirements(edition, grade, variants))
        plan = Plan(tests=found)
        assert Plan.model_validate_json(plan.model_dump_json(exclude_none=True)) == plan


@pytest.mark.parametrize(("count", "outcome"), [("0", "pass"), ("1", "pass"), ("2", "fail"), ("50", "fail")])
def test_up_to_ac_is_accepted_from_re_on_not(count: str, outcome: str) -> None:
    assert rules.judge_value(COUNTED, count) == outcome
    assert rules.judge_test(COUNTED, [count]).outcome == outcome


def test_a_sheet_is_incomplete_until_everything_required_is_there_and_fails_at_once() -> None:
    good = [Value("PFE", n, "96") for n in (1, 2, 3)] + [Value("APPEAR", 1, "0")]
    assert rules.judge_sheet(PLAN, good).outcome is Outcome.INCOMPLETE
    assert [test.test for test in rules.judge_sheet(PLAN, good).incomplete] == ["SEAL"]
    assert rules.judge_sheet(PLAN, [*good, Value("SEAL", 1, "pass")]).outcome is Outcome.PASS
    failed = rules.judge_sheet(PLAN, [Value("PFE", 2, "94.99")])
    assert failed.outcome is Outcome.FAIL
    assert [test.test for test in failed.failed] == ["PFE"]


def test_what_is_not_required_counts_only_when_it_was_tested() -> None:
    plan = Plan(tests=(planned(PFE), planned(APPEAR, required=False)))
    values = [Value("PFE", n, "96") for n in (1, 2, 3)]
    assert plan.needed == 3
    assert rules.judge_sheet(plan, values).outcome is Outcome.PASS
    assert rules.judge_sheet(plan, [*values, Value("APPEAR", 1, "fail")]).outcome is Outcome.FAIL


def test_values_are_compared_in_full_and_kept_as_they_were_written() -> None:
    assert rules.canonical_value(PLAN.tests[0], " 94.960 ") == "94.960"
    assert rules.judge_value(PLAN.tests[0], "94.96") is Outcome.FAIL
    assert rules.judge_value(PLAN.tests[0], "> 95") is Outcome.PASS
    assert rules.judge_value(PLAN.tests[0], "> 90") is Outcome.INCOMPLETE
    assert rules.canonical_value(PLAN.tests[2], "合格") == "pass"
    assert rules.canonical_value(COUNTED, " 03 ") == "3"


def test_a_mean_and_a_count_of_specimens_say_so_in_the_row() -> None:
    mean = PFE.model_copy(update={"rule": PassRule(kind="mean")})
    assert "≥ 95" in str(limit_words(planned(mean)))
    four = planned(APPEAR.model_copy(update={"rule": PassRule(kind="count", passes=4, of=5)}))
    assert four.cells == 5
    assert "5" in str(rule_words(four.requirement))


@pytest.mark.parametrize("text", ["", "abc", "1.5", "-1", "51", "9" * 30, "٣x"])
def test_a_count_is_a_whole_number_within_the_sample(text: str) -> None:
    assert rules.value_fault(COUNTED, text) is not None
    assert codes(rules.value_blockers(PLAN, "APPEAR", 1, text, has_value=False, reason=None)) == ["result.value"]


def test_the_fault_of_a_value_is_said_beside_the_cell() -> None:
    assert rules.value_fault(PLAN.tests[0], "95,2") is not None
    assert rules.value_fault(PLAN.tests[2], "好") is not None
    assert rules.value_fault(PLAN.tests[0], "95.2") is None
    assert rules.value_fault(COUNTED, "0") is None


def test_a_plan_contradicting_itself_is_no_plan() -> None:
    with pytest.raises(ValidationError):
        Plan(tests=())
    with pytest.raises(ValidationError):
        Plan(tests=(planned(PFE), planned(PFE)))
    with pytest.raises(ValidationError):
        planned(APPEAR.model_copy(update={"rule": PassRule(kind="aql", aql="4.0")}))
    with pytest.raises(ValidationError):
        PlannedTest(requirement=PFE, tally=Tally(lot_size=5, level="II", aql="1.0", n=5, ac=0, re=1))


def test_a_plan_comes_back_from_json_as_it_was() -> None:
    assert Plan.model_validate_json(PLAN.model_dump_json(exclude_none=True)) == PLAN
    assert PLAN.tests[0].evidence is Evidence.OWN


def test_an_unknown_limit_leaves_the_sheet_incomplete() -> None:
    unknown = Requirement.model_validate({**PFE.model_dump(), "limit": None, "provenance": "not found"})
    plan = Plan(tests=(planned(unknown),))
    values = [Value("PFE", n, "96") for n in (1, 2, 3)]
    judged = rules.judge_sheet(plan, values)
    assert judged.outcome is Outcome.INCOMPLETE
    assert rules.finish_blockers("IN-1", InspectionState.OPEN, judged) == []
    assert codes(rules.decision_blockers("IN-1", InspectionState.REVIEWED, judged.outcome, Decision.ACCEPTED)) == [
        "inspection.verdict"
    ]


@pytest.mark.parametrize(
    ("outcome", "decision", "known", "expected"),
    [
        (Outcome.PASS, Decision.ACCEPTED, False, []),
        (Outcome.PASS, Decision.REJECTED, False, ["inspection.verdict"]),
        (Outcome.PASS, Decision.REJECTED, True, []),
        (Outcome.FAIL, Decision.ACCEPTED, True, ["inspection.verdict"]),
        (Outcome.FAIL, Decision.REJECTED, False, []),
        (Outcome.INCOMPLETE, Decision.ACCEPTED, False, ["inspection.verdict"]),
        (None, Decision.ACCEPTED, False, ["inspection.verdict"]),
    ],
)
def test_a_decision_follows_the_verdict(
    outcome: Outcome | None, decision: Decision, known: bool, expected: list[str]
) -> None:
    found = rules.decision_blockers("IN-1", InspectionState.REVIEWED, outcome, decision, otherwise_known=known)
    assert codes(found) == expected


def test_three_persons() -> None:
    analysts = {1: "甲", 2: "乙"}
    assert codes(rules.person_blockers(1, analysts=analysts, reviewer=3)) == ["person.analyst"]
    assert codes(rules.person_blockers(3, analysts=analysts, reviewer=3)) == ["person.reviewer"]
    assert codes(rules.person_blockers(1, analysts=analysts, reviewer=1)) == ["person.analyst", "person.reviewer"]
    assert rules.person_blockers(4, analysts=analysts, reviewer=3) == []
    assert rules.person_blockers(None, analysts=analysts) == []


@pytest.mark.parametrize(
    ("unit", "instrument", "fits"),
    [("N/5 cm", "N", True), ("%", "%", True), ("%", "Pa", False), (None, "g", False), ("g/m2", "g", True)],
)
def test_an_instrument_fills_only_cells_of_its_unit(unit: str | None, instrument: str, fits: bool) -> None:
    test = planned(PFE.model_copy(update={"unit": unit}))
    found = rules.instrument_blockers(Plan(tests=(test,)), "PFE", 1, "FG-1", instrument)
    assert codes(found) == ([] if fits else ["result.unit"])


def test_an_instrument_judges_nothing_by_eye() -> None:
    assert codes(rules.instrument_blockers(PLAN, "SEAL", 1, "SC-1", "g")) == ["result.not_measured"]
    assert codes(rules.instrument_blockers(PLAN, "PFE", 9, "SC-1", "%")) == ["result.specimen"]


def test_quantities_are_exact() -> None:
    mean = PFE.model_copy(update={"rule": PassRule(kind="mean")})
    values = [Value("PFE", n, text) for n, text in enumerate(("94.9", "95.0", "95.1"), start=1)]
    assert rules.judge_sheet(Plan(tests=(planned(mean),)), values).outcome is Outcome.PASS
    assert PFE.limit is not None
    assert PFE.limit.number == Decimal(95)
