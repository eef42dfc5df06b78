"""What an inspection must find out: frozen when it is opened, whatever the standard or specification says later."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from maskqms.devices.states import InstrumentKind
from maskqms.lab.states import Evidence
from maskqms.standards.editions import Frozen
from maskqms.standards.judging import Verdict
from maskqms.standards.limits import Kind
from maskqms.standards.requirement import Requirement
from maskqms.standards.sampling import Plan as SamplingPlan
from maskqms.standards.sampling import plan as sampling_plan


class Tally(Frozen):
    """An attribute plan (ISO 2859-1): of `n` inspected, at most `ac` may be nonconforming, `re` are too many."""

    lot_size: int = Field(ge=1)
    level: str
    aql: str
    severity: str = "normal"
    letter: str | None = None
    n: int = Field(ge=1)
    ac: int = Field(ge=0)
    re: int = Field(ge=1)
    full: bool = False

    @property
    def text(self) -> str:
        return f"n {self.n} · Ac {self.ac} · Re {self.re}"

    @property
    def plan(self) -> SamplingPlan:
        return SamplingPlan(self.letter, self.n, self.ac, self.re, full=self.full)

    def verdict(self, nonconforming: int | None) -> Verdict:
        if nonconforming is None:
            return Verdict.INCOMPLETE
        return Verdict.PASS if nonconforming <= self.ac else Verdict.FAIL


class PlannedTest(Frozen):
    """One test of a plan. With a `tally` an attribute has one value, the number of nonconforming pieces among `n`; a
    measured test has `n` values, of which `ac` may miss the limit."""

    requirement: Requirement
    tally: Tally | None = None
    evidence: Evidence = Evidence.OWN
    required: bool = True
    instrument: InstrumentKind | None = None
    """With what it is measured; a value then names its instrument, also when it is typed."""
    retests: int | None = Field(default=None, ge=0)
    """How many retests an investigation may ask for; None is the house rule of `retests_allowed`."""

    @model_validator(mode="after")
    def _a_plan_for_an_aql(self) -> Self:
        if self.requirement.rule.kind == "aql" and self.tally is None:
            raise ValueError(f"{self.code}: a test with an AQL needs its sampling plan")
        if self.tally is not None and self.counted is None and self.requirement.rule.kind != "aql":
            raise ValueError(f"{self.code}: a measured value is sampled only by a rule with an AQL")
        return self

    @property
    def code(self) -> str:
        return self.requirement.code

    @property
    def counted(self) -> Tally | None:
        """The plan of an attribute: somebody counts the bad pieces, and the count is the value."""
        return self.tally if self.requirement.kind is Kind.ATTRIBUTE else None

    @property
    def retests_allowed(self) -> int:
        """A measured value may be measured once more; what was counted by a sampling plan is not counted again."""
        if self.retests is not None:
            return self.retests
        return 0 if self.tally is not None else 1

    @property
    def cells(self) -> int:
        """How many values the sheet asks for."""
        if self.counted is not None:
            return 1
        if self.tally is not None:
            return self.tally.n
        return max(self.requirement.specimens or 1, self.requirement.rule.of or 0)


class Plan(Frozen):
    """All tests of an inspection."""

    tests: tuple[PlannedTest, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({test.code for test in self.tests}) < len(self.tests):
            raise ValueError("a test stands twice in the plan")
        return self

    @property
    def needed(self) -> int:
        """How many values the required tests ask for."""
        return sum(test.cells for test in self.tests if test.required)

    def test(self, code: str) -> PlannedTest | None:
        return next((test for test in self.tests if test.code == code), None)


def planned(
    requirement: Requirement,
    *,
    lot_size: int | None = None,
    level: str = "II",
    aql: str | None = None,
    severity: str = "normal",
    evidence: Evidence = Evidence.OWN,
    required: bool = True,
    instrument: InstrumentKind | None = None,
    retests: int | None = None,
) -> PlannedTest:
    """A requirement as a planned test, with its sampling plan by ISO 2859-1 where it has an AQL and the lot size is
    known. The given `aql` is for attributes; a measured test is sampled only when its own rule says so."""
    wanted = (aql if requirement.kind is Kind.ATTRIBUTE else None) or requirement.rule.aql
    tally = None
    if wanted is not None and lot_size is not None:
        found = sampling_plan(lot_size, level, wanted, severity)
        tally = Tally(lot_size=lot_size, level=level, aql=wanted, severity=severity, **found.as_json())
    return PlannedTest(
        requirement=requirement,
        tally=tally,
        evidence=evidence,
        required=required,
        instrument=instrument,
        retests=retests,
    )
