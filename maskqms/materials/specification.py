"""The content of a specification: tests with limits as data, and how many rolls or pieces are looked at.

The customary limits in `data/*.toml` are typical supplier agreements from memory (`recalled`); a factory makes its own
of them before quality signs. What a specification says on the day of receipt is frozen into the inspection (R48).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Self

from pydantic import Field, model_validator

from maskqms.lab.plan import PlannedTest, planned
from maskqms.lab.states import Evidence
from maskqms.materials.states import Category
from maskqms.standards.editions import Frozen
from maskqms.standards.limits import Kind
from maskqms.standards.requirement import Requirement

KEY_TESTS: dict[Category, tuple[str, ...]] = {Category.MELTBLOWN: ("PFE", "BFE")}
"""Filtration: what a key material is bought for. One of these is tested by the factory or on its behalf (R47)."""


class SpecificationTest(Frozen):
    """One test of a specification; `counted` ones follow the sampling plan, `required` ones are never left out."""

    requirement: Requirement
    evidence: Evidence = Evidence.OWN
    counted: bool = False
    required: bool = True

    @model_validator(mode="after")
    def _only_attributes_are_counted(self) -> Self:
        if self.counted and self.requirement.kind is not Kind.ATTRIBUTE:
            raise ValueError(f"{self.code}: only an attribute is counted")
        return self

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

    def plan(self, lot_size: int, level: str, aql: str) -> tuple[PlannedTest, ...]:
        """The tests as an inspection of a lot of so many rolls or pieces asks for them."""
        return tuple(
            planned(
                test.requirement,
                lot_size=lot_size if test.counted else None,
                level=level,
                aql=aql if test.counted else None,
                evidence=test.evidence,
                required=test.required,
            )
            for test in self.tests
        )


class Template(Frozen):
    """Customary tests of a category, to start from."""

    level: str
    aql: str
    tests: tuple[SpecificationTest, ...]


@cache
def template(category: Category) -> Template:
    """The customary tests of `data/<category>.toml`."""
    text = files("maskqms.materials").joinpath("data", f"{category.value}.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    tests = [_test(row, found["source"]) for row in found["tests"]]
    return Template.model_validate({"level": found["level"], "aql": found["aql"], "tests": tests})


def _test(row: dict[str, Any], source: str) -> dict[str, Any]:
    own = {name: row[name] for name in ("evidence", "counted", "required") if name in row}
    requirement = {name: value for name, value in row.items() if name not in own}
    return own | {"requirement": {"provenance": "recalled", "source": source, **requirement}}
