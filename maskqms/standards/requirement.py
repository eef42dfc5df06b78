"""One test and the limit to judge it by: complete in itself, so that a frozen inspection plan keeps it as JSON.

It comes from an edition with `requirements()`, or is made directly by a material's specification.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from pydantic import Field, model_validator

from maskqms.standards.editions import EACH, Compare, Frozen, Name, Provenance, Rule, When
from maskqms.standards.limits import Comparator, Kind, Limit, Word


class Requirement(Frozen):
    """One test and the limit to judge it by; while its limit is `None`, unknown, nothing can pass."""

    code: str
    name: Name
    clause: str | None = None
    unit: str | None = None
    kind: Kind
    comparator: Comparator | None = None
    limit: Limit | None = None
    expected: str | None = None
    absolute: bool = False
    compare: Compare = Compare.FULL
    step: Decimal | None = None
    rule: Rule = EACH
    specimens: int | None = Field(default=None, ge=1)
    specimens_note: Name | None = None
    when: When = When.RELEASE
    when_allowed: tuple[When, ...] = ()
    asked: bool = True
    wording: Name | None = None
    condition: Name | None = None
    note: Name | None = None
    provenance: Provenance
    provenance_of: dict[str, Provenance] = Field(default_factory=dict)
    source: str

    @model_validator(mode="after")
    def _limit_of_its_kind(self) -> Self:
        if self.kind is Kind.VARIABLE and self.limit is not None and self.limit.word is not None:
            raise ValueError(f"{self.code}: a measured value has no limit {self.limit.text!r}")
        if self.kind is Kind.ATTRIBUTE and self.rule.kind == "mean":
            raise ValueError(f"{self.code}: pass and fail have no mean")
        return self

    @property
    def for_release(self) -> bool:
        """The batch cannot be released without it."""
        return self.asked and self.when is When.RELEASE

    @property
    def limit_text(self) -> str | None:
        """As printed: `>= 95`, `4.0 to 8.5`, `pass`, `ND`, `pass at 16.0`; `None` when unknown."""
        if self.limit is None:
            return None
        if self.kind is Kind.ATTRIBUTE and self.limit.word is None:
            return f"{Word.PASS.value} at {self.limit.number}"
        return self.limit.text

    @property
    def words(self) -> str | None:
        """The wording of the requirement in the reader's language, with its number in place."""
        if self.wording is None:
            return None
        number = "?" if self.limit is None else self.limit.number
        return str(self.wording).format(limit=number)

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)
