"""Judging: each, mean, k of n, AQL, attributes, strict limits, rounding, censored values, and what stays incomplete."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.standards.editions import Compare, Name, PassRule, Provenance, When
from maskqms.standards.judging import (
    Mark,
    Measured,
    Value,
    Verdict,
    judge,
    judge_all,
    judge_specimen,
    read_value,
    together,
)
from maskqms.standards.limits import Comparator, Kind, Limit
from maskqms.standards.requirement import Requirement
from maskqms.standards.sampling import plan

E = Verdict


def values(*texts: str) -> list[Value]:
    return [
        Mark(t) if t in ("pass", "fail") else Measured(Decimal(t.lstrip("<> ")), t[0] if t[0] in "<>" else "")  # type: ignore[arg-type]
        for t in texts
    ]


@pytest.mark.parametrize(
    ("limit", "value", "meets"),
    [
        (">= 95", "95", True),
        (">= 95", "94.96", False),
        (">= 95", "94.99999999999999999999999999999999", False),
        ("<= 49", "49.0", True),
        ("<= 49", "49.01", False),
        ("< 40", "40", False),
        ("< 40", "39.9", True),
        ("> 1", "1", False),
        ("> 1", "1.01", True),
        ("4.0 to 8.5", "4.0", True),
        ("4.0 to 8.5", "8.5", True),
        ("4.0 to 8.5", "3.9", False),
        ("4.0 to 8.5", "8.6", False),
    ],
)
def test_a_value_is_compared_in_full(make: Any, limit: str, value: str, meets: bool) -> None:
    assert judge_specimen(make(limit), Measured(Decimal(value))).meets is meets


def test_full_fails_where_rounded_passes(make: Any) -> None:
    full = judge(make(">= 95"), values("94.96"))
    rounded = judge(make(">= 95", compare=Compare.ROUNDED), values("94.96"))
    assert (full.verdict, rounded.verdict) == (E.FAIL, E.PASS)
    assert rounded.specimens[0].value == "94.96"
    assert rounded.specimens[0].compared == "95"


def test_rounding_uses_the_digits_of_the_limit_or_the_step_of_the_test(make: Any) -> None:
    assert judge(make("<= 0.4", compare=Compare.ROUNDED), values("0.449")).verdict is E.PASS
    assert judge(make("<= 0.4", compare=Compare.ROUNDED), values("0.451")).verdict is E.FAIL
    assert judge(make("<= 10", compare=Compare.ROUNDED, step=Decimal("0.5")), values("10.25")).verdict is E.PASS
    assert judge(make("4.0 to 8.5", compare=Compare.ROUNDED), values("3.95", "8.549")).verdict is E.PASS


def test_each_specimen_must_meet_the_limit(make: Any) -> None:
    asked = make(">= 95", specimens=3)
    assert judge(asked, values("95", "96", "97")).verdict is E.PASS
    failed = judge(asked, values("95", "94", "97"))
    assert failed.verdict is E.FAIL
    assert str(failed.reason) == "1 of 3 specimens do not meet the limit."


def test_a_missing_specimen_leaves_it_incomplete_but_a_fail_stays_a_fail(make: Any) -> None:
    asked = make(">= 95", specimens=3)
    assert judge(asked, values("95", "96")).verdict is E.INCOMPLETE
    assert str(judge(asked, values("95", "96")).reason) == "2 of 3 specimens."
    assert judge(asked, values("94")).verdict is E.FAIL
    assert judge(asked, []).verdict is E.INCOMPLETE


def test_where_the_number_of_specimens_is_unknown_one_is_enough(make: Any) -> None:
    assert judge(make(">= 95"), values("95")).verdict is E.PASS


def test_an_unknown_limit_is_incomplete_whatever_the_values(make: Any) -> None:
    found = judge(make(""), values("99", "1"))
    assert (found.verdict, found.limit) == (E.INCOMPLETE, None)
    assert "limit of BFE is not known" in str(found.reason)
    assert "limit of BFE is not known" in str(judge(make(""), []).reason)
    assert judge(make("", rule=PassRule(kind="mean")), values("99")).verdict is E.INCOMPLETE


def test_a_specimen_that_the_inspector_failed_fails_without_a_known_limit(make: Any) -> None:
    asked = make("", Kind.ATTRIBUTE)
    assert judge(asked, values("pass")).verdict is E.INCOMPLETE
    assert judge(asked, values("pass", "fail")).verdict is E.FAIL


def test_the_mean_decides_and_not_the_single_value(make: Any) -> None:
    asked = make("<= 1", rule=PassRule(kind="mean"), specimens=3)
    assert judge(asked, values("1.2", "0.9", "0.9")).verdict is E.PASS
    assert judge(asked, values("1.2", "0.9", "0.91")).verdict is E.FAIL
    assert judge(asked, values("9", "9")).verdict is E.INCOMPLETE
    assert judge(asked, values("1", "1", "<1")).verdict is E.INCOMPLETE


def test_the_mean_is_exact_and_may_be_rounded_once(make: Any) -> None:
    third = values("1", "1", "1.0000000000000000000000000000001")
    assert judge(make("<= 1", rule=PassRule(kind="mean")), third).verdict is E.FAIL
    rounded = make("<= 1", rule=PassRule(kind="mean"), compare=Compare.ROUNDED)
    assert judge(rounded, values("1.4", "1.5", "1.5")).verdict is E.PASS
    absolute = make("<= 1", rule=PassRule(kind="mean"), absolute=True)
    assert judge(absolute, values("-2", "2")).verdict is E.FAIL


def test_k_of_n_allows_its_number_of_fails_and_needs_all_specimens(make: Any) -> None:
    asked = make("pass", Kind.ATTRIBUTE, rule=PassRule(kind="count", passes=29, of=32), specimens=32)
    assert judge(asked, values(*["pass"] * 29, *["fail"] * 3)).verdict is E.PASS
    beyond = judge(asked, values(*["pass"] * 28, *["fail"] * 4))
    assert beyond.verdict is E.FAIL
    assert "4 of 32 specimens do not meet the limit, 3 are allowed" in str(beyond.reason)
    assert judge(asked, values(*["pass"] * 29)).verdict is E.INCOMPLETE
    assert judge(asked, values(*["fail"] * 4)).verdict is E.FAIL
    assert judge(asked, values(*["pass"] * 40, *["fail"] * 4)).verdict is E.FAIL


def test_an_aql_rule_takes_the_plan_of_the_sample(make: Any) -> None:
    asked = make(">= 95", rule=PassRule(kind="aql", aql="4.0"))
    assert judge(asked, values(*["96"] * 29, *["94"] * 3)).verdict is E.PASS
    assert judge(asked, values(*["96"] * 28, *["94"] * 4)).verdict is E.FAIL
    assert judge(asked, values("96", "96")).verdict is E.INCOMPLETE
    assert judge(asked, values("96", "94")).verdict is E.FAIL
    planned = make(">= 95", rule=PassRule(kind="aql", aql="4.0"), specimens=32)
    assert judge(planned, values("96", "94")).verdict is E.INCOMPLETE
    assert judge(planned, values(*["94"] * 4)).verdict is E.FAIL
    # Without the size of the lot the number of specimens names the plan, and the reason says so.
    with in_locale("en"):
        assert "Lot size not stated: judged as a plan of 32, Ac 3" in str(judge(asked, values(*["96"] * 32)).reason)


def test_a_plan_of_the_whole_lot_asks_for_all_its_specimens(make: Any) -> None:
    asked = make(">= 95", rule=PassRule(kind="aql", aql="4.0"))
    lot = plan(5000, "S-4", "4.0")
    assert judge(asked, values(*["96"] * 3), lot).verdict is E.INCOMPLETE
    assert judge(asked, values(*["96"] * 29, *["94"] * 3), lot).verdict is E.PASS
    assert judge(asked, values(*["96"] * 28, *["94"] * 4), lot).verdict is E.FAIL


@pytest.mark.parametrize(
    ("limit", "value", "verdict"),
    [
        (">= 95", "> 99.9", E.PASS),
        (">= 95", "> 95", E.PASS),
        (">= 95", "> 90", E.INCOMPLETE),
        (">= 95", "< 95", E.FAIL),
        (">= 95", "< 96", E.INCOMPLETE),
        ("<= 10", "< 1", E.PASS),
        ("<= 10", "< 10", E.PASS),
        ("< 10", "< 10", E.PASS),
        ("<= 10", "< 11", E.INCOMPLETE),
        ("<= 10", "> 10", E.FAIL),
        ("<= 10", "> 9", E.INCOMPLETE),
        ("4.0 to 8.5", "< 4", E.FAIL),
        ("4.0 to 8.5", "< 8", E.INCOMPLETE),
        ("4.0 to 8.5", "> 8.5", E.FAIL),
        ("4.0 to 8.5", "> 5", E.INCOMPLETE),
    ],
)
def test_a_value_below_or_above_the_range_of_the_method_is_used_as_far_as_it_is_certain(
    make: Any, limit: str, value: str, verdict: Verdict
) -> None:
    assert judge(make(limit), values(value)).verdict is verdict


def test_a_deviation_counts_by_its_size(make: Any) -> None:
    asked = make("<= 5", absolute=True)
    assert judge(asked, values("-6")).verdict is E.FAIL
    assert judge(asked, values("-4")).verdict is E.PASS


def test_results_are_read_as_people_write_them(make: Any) -> None:
    assert read_value(make(), " 95.20 ") == Measured(Decimal("95.20"))
    assert str(read_value(make(), ">99.9")) == "> 99.9"
    assert str(read_value(make(), "< 1")) == "< 1"
    attribute = make("ND", Kind.ATTRIBUTE)
    assert {read_value(attribute, word) for word in ("pass", "PASS", "合格", "未检出", "ND")} == {Mark.PASS}
    assert {read_value(attribute, word) for word in ("fail", "不合格", "检出")} == {Mark.FAIL}


@pytest.mark.parametrize("text", ["", "pass", "95,2", "1e2", "NaN", "Infinity", "0x5f", "1_0", "95 %", "９５", ">= 95"])
def test_what_is_not_a_number_is_no_result(make: Any, text: str) -> None:
    with pytest.raises(Refused, match="is not a number"):
        read_value(make(), text)


def test_a_number_is_no_result_of_an_attribute_test(make: Any) -> None:
    with pytest.raises(Refused, match="neither pass nor fail"):
        read_value(make("pass", Kind.ATTRIBUTE), "95")


def test_while_the_limit_is_unknown_a_result_of_either_kind_is_kept(make: Any) -> None:
    assert read_value(make(""), "pass") is Mark.PASS
    assert read_value(make("", Kind.ATTRIBUTE), "12") == Measured(Decimal(12))
    assert judge(make(""), [Mark.PASS, Measured(Decimal(12))]).verdict is E.INCOMPLETE
    with pytest.raises(Refused, match="neither a number nor pass or fail"):
        read_value(make(""), "maybe")


def test_a_result_of_the_wrong_kind_cannot_be_judged(make: Any) -> None:
    with pytest.raises(ValueError, match="not a result"):
        judge(make(), [Mark.PASS])
    with pytest.raises(ValueError, match="not a number"):
        Measured(Decimal("NaN"))


def test_a_fail_outweighs_an_incomplete_test_and_release_tests_must_all_be_there(make: Any) -> None:
    tests = [make(code="A"), make(code="B"), make(code="C", when=When.PERIODIC), make(code="D", asked=False)]
    good = {"A": values("96"), "B": values("96")}
    assert judge_all(tests, good).verdict is E.PASS
    assert [test.test for test in judge_all(tests, good).tests] == ["A", "B"]
    assert judge_all(tests, {"A": values("96")}).verdict is E.INCOMPLETE
    assert judge_all(tests, {"A": values("1")}).verdict is E.FAIL
    assert judge_all(tests, good | {"C": values("1")}).verdict is E.FAIL
    assert judge_all(tests, good | {"D": values("1")}).verdict is E.FAIL


def test_of_no_verdict_nothing_can_be_said() -> None:
    assert together([]) is E.INCOMPLETE


def test_the_answer_for_machines_has_the_limit_the_values_and_the_reason(make: Any) -> None:
    assert judge(make(">= 95", specimens=2), values("95.0", "96")).as_json() == {
        "test": "BFE",
        "verdict": "pass",
        "limit": ">= 95",
        "values": ["95.0", "96"],
        "reason": "2 of 2 specimens meet the limit.",
    }


def test_every_verdict_has_a_word() -> None:
    assert [str(verdict.label) for verdict in Verdict] == ["pass", "fail", "incomplete"]


def test_a_requirement_survives_json(make: Any) -> None:
    asked = make("4.0 to 8.5", rule=PassRule(kind="count", passes=2, of=3), specimens=3, step=Decimal("0.5"))
    assert Requirement.model_validate(asked.as_json()) == asked


@given(st.lists(st.integers(0, 200).map(lambda n: Decimal(n) / 2), min_size=1, max_size=8), st.integers(1, 8))
def test_each_passes_exactly_when_all_values_do_and_are_enough(numbers: list[Decimal], needed: int) -> None:
    asked = Requirement(
        code="X", name=Name(zh="某", en="x"), kind=Kind.VARIABLE, specimens=needed, source="s",
        limit=Limit(comparator=Comparator.AT_LEAST, number=Decimal(50)), provenance=Provenance.VERIFIED,
    )  # fmt: skip
    verdict = judge(asked, [Measured(number) for number in numbers]).verdict
    if min(numbers) < 50:
        assert verdict is E.FAIL
    else:
        assert verdict is (E.PASS if len(numbers) >= needed else E.INCOMPLETE)
