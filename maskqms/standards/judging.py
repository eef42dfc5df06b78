"""Whether results meet a requirement: pass, fail or incomplete, over exact decimals.

Values are compared in full (GB/T 8170-2008, 全数值比较法): 94.96 does not meet `>= 95`. Only where the requirement
says so is the value rounded first, once, to the digits of the limit. A fail outweighs everything that is still missing;
an unknown limit, a missing specimen or a censored value that decides nothing leaves the verdict incomplete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _
from maskqms.standards.editions import Compare
from maskqms.standards.limits import NUMBER, Kind, Limit
from maskqms.standards.requirement import Requirement
from maskqms.standards.rounding import round_places, round_to, step_of
from maskqms.standards.sampling import Plan, plan_for_sample, smallest_plan

_VALUE = re.compile(rf"([<>]?)\s*({NUMBER})")


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> Text:
        return {
            Verdict.PASS: _("pass"),
            Verdict.FAIL: _("fail"),
            Verdict.INCOMPLETE: _("incomplete"),
        }[self]


class Mark(StrEnum):
    """The result of an attribute test on one specimen."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured number; `<` and `>` say that the instrument only knows it to lie below or above."""

    number: Decimal
    sign: Literal["", "<", ">"] = ""

    def __post_init__(self) -> None:
        if not self.number.is_finite():
            raise ValueError(f"{self.number} is not a number")

    def __str__(self) -> str:
        return f"{self.sign} {self.number}".strip()


Value = Measured | Mark

_MARKS = {
    **dict.fromkeys(("pass", "合格", "nd", "not detected", "未检出"), Mark.PASS),
    **dict.fromkeys(("fail", "不合格", "detected", "检出"), Mark.FAIL),
}


def read_value(requirement: Requirement, text: str) -> Value:
    """A result as a person or a file gives it: `95.2`, `> 99.9` or, for an attribute, `pass` and `fail`."""
    text = text.strip()
    # While the limit is unknown its kind is a guess, and a result of either kind is kept.
    marks = requirement.kind is Kind.ATTRIBUTE or requirement.limit is None
    numbers = requirement.kind is Kind.VARIABLE or requirement.limit is None
    if marks and (mark := _MARKS.get(text.casefold())):
        return mark
    if numbers and (found := _VALUE.fullmatch(text)):
        return Measured(Decimal(found[2]), "<" if found[1] == "<" else ">" if found[1] == ">" else "")
    if marks and numbers:
        wrong = _("{test}: '{given}' is neither a number nor pass or fail.", test=requirement.code, given=text)
    elif marks:
        wrong = _("{test}: '{given}' is neither pass nor fail.", test=requirement.code, given=text)
    else:
        wrong = _("{test}: '{given}' is not a number.", test=requirement.code, given=text)
    raise Refused(_("Not a result of this test"), [Reason("result.value", wrong)])


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen's raw value, the number that was compared, and whether it meets the limit (`None`: undecided)."""

    value: str
    compared: str
    meets: bool | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One test judged."""

    test: str
    verdict: Verdict
    limit: str | None
    specimens: tuple[Specimen, ...]
    reason: Text

    def as_json(self) -> dict[str, Any]:
        return {
            "test": self.test,
            "verdict": self.verdict.value,
            "limit": self.limit,
            "values": [specimen.value for specimen in self.specimens],
            "reason": str(self.reason),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """All tests judged, and what they say together."""

    verdict: Verdict
    tests: tuple[Judgement, ...]


def judge_specimen(requirement: Requirement, value: Value) -> Specimen:
    """The verdict on one value, for the moment of entry; under a `mean` rule it is a hint only."""
    if requirement.limit is not None and isinstance(value, Mark) is not (requirement.kind is Kind.ATTRIBUTE):
        raise ValueError(f"{requirement.code}: {value} is not a result of a test of kind {requirement.kind}")
    if isinstance(value, Mark):
        # A specimen that an inspector failed is a fail, also where nobody could find the wording of the requirement.
        unknown = requirement.limit is None and value is Mark.PASS
        return Specimen(value.value, value.value, None if unknown else value is Mark.PASS)
    number = abs(value.number) if requirement.absolute else value.number
    if requirement.limit is None:
        return Specimen(str(value), str(number), None)
    if value.sign:
        return Specimen(str(value), str(value), _censored(requirement.limit, number, below=value.sign == "<"))
    met, compared = _within(requirement, number)
    return Specimen(str(value), str(compared), met)


def _censored(limit: Limit, number: Decimal, *, below: bool) -> bool | None:
    """What is certain of a value that lies somewhere below (above) the number: met, missed, or undecided."""
    if below:
        if limit.floor:
            return False if number <= limit.floor[0] else None
        return True if limit.ceiling and number <= limit.ceiling[0] else None
    if limit.ceiling:
        return False if number >= limit.ceiling[0] else None
    return True if limit.floor and number >= limit.floor[0] else None


def judge(requirement: Requirement, values: Sequence[Value], plan: Plan | None = None) -> Judgement:
    """One test from the values of all its specimens. `plan` is the sampling plan of a rule with an AQL; without it, as
    in a file of results that does not say how large the lot was, the number of specimens names the plan."""
    specimens = tuple(judge_specimen(requirement, value) for value in values)
    verdict, reason = _decide(requirement, values, specimens, plan)
    return Judgement(requirement.code, verdict, requirement.limit_text, specimens, reason)


def judge_all(requirements: Iterable[Requirement], values: Mapping[str, Sequence[Value]]) -> Judged:
    """Every release test, and every other test that has a value. A fail outweighs an incomplete one."""
    tests = tuple(
        judge(requirement, values.get(requirement.code, ()))
        for requirement in requirements
        if requirement.for_release or values.get(requirement.code)
    )
    return Judged(together(test.verdict for test in tests), tests)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """What several verdicts say together; of none nothing can be said."""
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return Verdict.FAIL
    return Verdict.PASS if seen == {Verdict.PASS} else Verdict.INCOMPLETE


def _decide(
    requirement: Requirement, values: Sequence[Value], specimens: Sequence[Specimen], plan: Plan | None
) -> tuple[Verdict, Text]:
    if not specimens:
        if requirement.limit is None:
            return Verdict.INCOMPLETE, _("No result, and the limit of {test} is not known.", test=requirement.code)
        return Verdict.INCOMPLETE, _("No result.")
    if requirement.rule.kind == "mean" and requirement.limit is not None:
        return _mean(requirement, values)
    failed = sum(specimen.meets is False for specimen in specimens)
    open_ = sum(specimen.meets is None for specimen in specimens)
    allowed, needed = _allowance(requirement, len(specimens), plan)
    total = len(specimens)
    if failed > allowed:
        return Verdict.FAIL, _failed(failed, total, allowed)
    if requirement.limit is None:
        return Verdict.INCOMPLETE, _("The limit of {test} is not known.", test=requirement.code)
    if total < needed:
        return Verdict.INCOMPLETE, _("{given} of {needed} specimens.", given=total, needed=needed)
    if failed + open_ > allowed:
        text = _("{count} values given as '<' or '>' neither meet nor miss the limit.", count=open_)
        return Verdict.INCOMPLETE, text
    if requirement.rule.kind == "aql" and plan is None:
        text = _(
            "{passed} of {total} specimens meet the limit. Lot size not stated: judged as a plan of {n}, Ac {ac}.",
            passed=total - failed,
            total=total,
            n=needed,
            ac=allowed,
        )
        return Verdict.PASS, text
    return Verdict.PASS, _("{passed} of {total} specimens meet the limit.", passed=total - failed, total=total)


def _failed(failed: int, total: int, allowed: int) -> Text:
    if not allowed:
        return _("{failed} of {total} specimens do not meet the limit.", failed=failed, total=total)
    return _(
        "{failed} of {total} specimens do not meet the limit, {allowed} are allowed.",
        failed=failed,
        total=total,
        allowed=allowed,
    )


def _allowance(requirement: Requirement, given: int, plan: Plan | None) -> tuple[int, int]:
    """How many specimens may fail, and how many are needed. An unknown number of specimens means at least one."""
    rule, needed = requirement.rule, requirement.specimens or 1
    if rule.kind == "count":
        # With more specimens than the standard asks for, the number that may fail stays the same.
        return (rule.of or 0) - (rule.passes or 0), max(needed, rule.of or 0)
    if rule.kind == "aql":
        size = requirement.specimens or given
        found = plan or plan_for_sample(size, rule.aql or "") or smallest_plan(rule.aql or "")
        return found.ac, max(needed, found.n)
    return 0, needed


def _mean(requirement: Requirement, values: Sequence[Value]) -> tuple[Verdict, Text]:
    exact = [value.number for value in values if isinstance(value, Measured) and not value.sign]
    needed = requirement.specimens or 1
    if len(exact) < len(values):
        return Verdict.INCOMPLETE, _("No mean of values given as '<' or '>'.")
    if len(values) < needed:
        return Verdict.INCOMPLETE, _("{given} of {needed} specimens.", given=len(values), needed=needed)
    total = sum((abs(Fraction(n)) if requirement.absolute else Fraction(n) for n in exact), Fraction(0))
    mean = total / len(exact)
    places = 4 + max(0, *(-int(n.as_tuple().exponent) for n in exact))
    met, compared = _within(requirement, mean)
    shown = round_places(mean, places).normalize() if isinstance(compared, Fraction) else compared
    if met:
        return Verdict.PASS, _("The mean {mean} meets the limit.", mean=f"{shown:f}")
    return Verdict.FAIL, _("The mean {mean} does not meet the limit.", mean=f"{shown:f}")


def _within(requirement: Requirement, number: Decimal | Fraction) -> tuple[bool, Decimal | Fraction]:
    """Whether a number meets the limit, and the number as it was compared."""
    compared: Decimal | Fraction = number
    if requirement.limit and (floor := requirement.limit.floor):
        edge, excluded = floor
        compared = _compared(requirement, number, edge)
        if compared < edge or (excluded and compared == edge):
            return False, compared
    if requirement.limit and (ceiling := requirement.limit.ceiling):
        edge, excluded = ceiling
        compared = _compared(requirement, number, edge)
        if compared > edge or (excluded and compared == edge):
            return False, compared
    return True, compared


def _compared(requirement: Requirement, number: Decimal | Fraction, edge: Decimal) -> Decimal | Fraction:
    if requirement.compare is Compare.FULL:
        return number
    return round_to(number, requirement.step or step_of(edge))
