"""The content of a specification: tests with limits as data, and how many rolls or pieces are looked at.

What a specification says on the day of receipt is frozen into the inspection (R48). Beside the limit that decides a
test may have a warning limit inside it: a value between the two passes and is shown as near.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from maskqms.devices.states import InstrumentKind
from maskqms.lab.plan import PlannedTest, planned
from maskqms.lab.states import Evidence
from maskqms.materials.states import Category
from maskqms.standards.editions import Frozen
from maskqms.standards.limits import Kind, Limit
from maskqms.standards.requirement import Requirement
from maskqms.standards.sampling import AQLS, LEVELS

KEY_TESTS: dict[Category, tuple[str, ...]] = {Category.MELTBLOWN: ("PFE", "BFE")}
"""Filtration: what a key material is bought for. One of these is tested by the factory or on its behalf (R47)."""
MOST_RETESTS = 5


class SpecificationTest(Frozen):
    """One test of a specification; `counted` ones follow the sampling plan, `required` ones are never left out.

    `level` and `aql` are the test's own sampling where it differs from the specification's; `per_roll` asks for so many
    specimens of every roll. `flow` (L/min) and `area` (cm2) are the conditions of a filtration or resistance test.
    With `instrument` every value of ours names an instrument of that kind; `retests` is how many an investigation may
    ask for, where the specification says it.
    """

    requirement: Requirement
    evidence: Evidence = Evidence.OWN
    counted: bool = False
    required: bool = True
    warning: Limit | None = None
    flow: Decimal | None = Field(default=None, gt=0)
    area: Decimal | None = Field(default=None, gt=0)
    level: str | None = None
    aql: str | None = None
    per_roll: int | None = Field(default=None, ge=1, le=20)
    instrument: InstrumentKind | None = None
    retests: int | None = Field(default=None, ge=0, le=MOST_RETESTS)

    @model_validator(mode="after")
    def _only_attributes_are_counted(self) -> Self:
        if self.counted and self.requirement.kind is not Kind.ATTRIBUTE:
            raise ValueError(f"{self.code}: only an attribute is counted")
        return self

    @model_validator(mode="after")
    def _measured_by_what_measures(self) -> Self:
        if self.instrument is not None and (self.counted or not self.instrument.measures):
            raise ValueError(f"{self.code}: nothing is counted or scanned with a measuring instrument")
        return self

    @model_validator(mode="after")
    def _one_sampling_rule(self) -> Self:
        if self.per_roll is not None and (self.sampled or self.requirement.rule.kind != "each"):
            raise ValueError(f"{self.code}: what is tested on every roll is judged one by one")
        if (self.level is not None and self.level not in LEVELS) or (self.aql is not None and self.aql not in AQLS):
            raise ValueError(f"{self.code}: ISO 2859-1 has no such level or AQL")
        return self

    @model_validator(mode="after")
    def _warning_inside_the_limit(self) -> Self:
        if self.warning is None:
            return self
        limit = self.requirement.limit
        if self.requirement.kind is not Kind.VARIABLE or limit is None or self.warning.word is not None:
            raise ValueError(f"{self.code}: only a measured limit has a warning limit")
        if self.warning == limit or not self.warning.at_least_as_tight_as(limit):
            raise ValueError(f"{self.code}: the warning limit lies inside the limit")
        return self

    @property
    def sampled(self) -> bool:
        """Its sample comes from ISO 2859-1."""
        return self.counted or self.requirement.rule.kind == "aql"

    @property
    def unmeasured(self) -> bool:
        """A value of ours may come from any instrument, or from none."""
        return self.requirement.kind is Kind.VARIABLE and self.evidence is Evidence.OWN and self.instrument is None

    @property
    def code(self) -> str:
        return self.requirement.code


class SpecifiedTests(Frozen):
    """The tests of a specification, each code once."""

    tests: tuple[SpecificationTest, ...] = Field(default=())

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({test.code for test in self.tests}) < len(self.tests):
            raise ValueError("a test stands twice in the specification")
        return self

    def test(self, code: str) -> SpecificationTest | None:
        return next((test for test in self.tests if test.code == code), None)

    def without(self, code: str) -> SpecifiedTests:
        return SpecifiedTests(tests=tuple(test for test in self.tests if test.code != code))

    def with_test(self, changed: SpecificationTest) -> SpecifiedTests:
        """The test in its old place, or at the end when it is new."""
        if self.test(changed.code) is None:
            return SpecifiedTests(tests=(*self.tests, changed))
        return SpecifiedTests(tests=tuple(changed if test.code == changed.code else test for test in self.tests))

    def plan(
        self, lot_size: int, level: str, aql: str, severity: str = "normal", rolls: int = 1
    ) -> tuple[PlannedTest, ...]:
        """The tests as an inspection of a lot of so many rolls or pieces asks for them."""
        return tuple(_planned(test, lot_size, level, aql, severity, rolls) for test in self.tests)


def _planned(test: SpecificationTest, lot_size: int, level: str, aql: str, severity: str, rolls: int) -> PlannedTest:
    requirement = test.requirement
    if test.per_roll is not None:
        requirement = requirement.model_copy(update={"specimens": test.per_roll * max(1, rolls)})
    found = planned(
        requirement,
        lot_size=lot_size if test.sampled else None,
        level=test.level or level,
        aql=(test.aql or aql) if test.counted else None,
        severity=severity,
        evidence=test.evidence,
        required=test.required,
        instrument=test.instrument,
        retests=test.retests,
    )
    more = {"warning": test.warning, "flow": test.flow, "area": test.area, "per_roll": test.per_roll}
    return found.model_copy(update=more)
