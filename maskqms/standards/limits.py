"""A limit: an operator with its number, a range, or a word. Exact decimals, and one idea of tighter.

`>=` and `>` are kept apart, because EN 14683 asks for less than 40 Pa/cm2 and not for at most 40.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_SINGLE = re.compile(rf"(>=|<=|>|<)?\s*({NUMBER})")
_RANGE = re.compile(rf"({NUMBER})\s+to\s+({NUMBER})")


class Kind(StrEnum):
    """Whether a number is measured, or the specimen passes or fails."""

    VARIABLE = "variable"
    ATTRIBUTE = "attribute"


class Comparator(StrEnum):
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE_THAN = ">"
    LESS_THAN = "<"
    RANGE = "range"


class Word(StrEnum):
    """The limit of an attribute test that carries no number."""

    PASS = "pass"  # noqa: S105
    NOT_DETECTED = "ND"


FLOORS = (Comparator.AT_LEAST, Comparator.MORE_THAN)


class Limit(BaseModel):
    """What a value is compared with. `number` with its comparator, `number` to `upper`, or `word`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comparator: Comparator | None = None
    number: Decimal | None = None
    upper: Decimal | None = None
    word: Word | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        numeric = self.number is not None and self.comparator is not None
        if (self.word is not None) == numeric or (self.word is not None and self.number is not None):
            raise ValueError("a limit is a word, or a number with its comparator")
        if (self.upper is not None) != (self.comparator is Comparator.RANGE):
            raise ValueError("a range has two numbers, any other limit one")
        if self.number is not None and self.upper is not None and self.upper < self.number:
            raise ValueError("the range ends before it begins")
        return self

    @property
    def text(self) -> str:
        """As printed and parsed: `>= 95`, `4.0 to 8.5`, `pass`, `ND`."""
        if self.word is not None:
            return self.word.value
        if self.comparator is Comparator.RANGE:
            return f"{self.number} to {self.upper}"
        return f"{self.comparator} {self.number}"

    @property
    def floor(self) -> tuple[Decimal, bool] | None:
        """The lower bound and whether it is excluded."""
        if self.number is None or self.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            return None
        return self.number, self.comparator is Comparator.MORE_THAN

    @property
    def ceiling(self) -> tuple[Decimal, bool] | None:
        """The upper bound and whether it is excluded."""
        if self.upper is not None:
            return self.upper, False
        if self.number is None or self.comparator in FLOORS:
            return None
        return self.number, self.comparator is Comparator.LESS_THAN

    def at_least_as_tight_as(self, other: Limit) -> bool:
        """Everything this limit accepts, the other accepts too."""
        if self.word is not None or other.word is not None:
            return self.word == other.word
        if other.floor is not None and (self.floor is None or self.floor < other.floor):
            return False
        if other.ceiling is None:
            return True
        if self.ceiling is None:
            return False
        (mine, mine_open), (theirs, theirs_open) = self.ceiling, other.ceiling
        return mine < theirs or (mine == theirs and (mine_open or not theirs_open))


def read_limit(text: str, *, kind: Kind, comparator: Comparator | None = None) -> Limit | None:
    """A limit from its text, `None` when it is empty; an operator in the text must point the comparator's way."""
    text = text.strip()
    if not text:
        return None
    if kind is Kind.ATTRIBUTE and text in tuple(Word):
        return Limit(word=Word(text))
    if found := _RANGE.fullmatch(text):
        if comparator not in (None, Comparator.RANGE):
            raise ValueError(f"{text!r} is a range, expected {comparator}")
        return Limit(comparator=Comparator.RANGE, number=Decimal(found[1]), upper=Decimal(found[2]))
    found = _SINGLE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a limit")
    operator = Comparator(found[1]) if found[1] else comparator
    if operator is None or operator is Comparator.RANGE:
        raise ValueError(f"{text!r} needs a comparator" if operator is None else f"{text!r} is not a range")
    if comparator is Comparator.RANGE or (comparator and (operator in FLOORS) != (comparator in FLOORS)):
        raise ValueError(f"{text!r} points the other way than {comparator}")
    return Limit(comparator=operator, number=Decimal(found[2]))
