"""Refusals with their words: what is asked, the code it is refused by, and what a person reads in Chinese and English.

The rows stand in `tests/<package>/test_refusal_words*.py`, as `ROWS` (a rule that is asked) and `TRIED` (an act that is
tried); `tests/architecture/test_refusals.py` holds them against the sources. Sentence and remedy are written as
`sentence → remedy`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from maskqms.errors import Reason, Refused
from maskqms.trace.states import UnitState
from tests.conftest import People

DAY = date(2026, 11, 21)
MOMENT = datetime.fromisoformat("2026-11-21T10:00+08:00")


@dataclass(frozen=True)
class Row:
    """A rule with facts that it refuses, all but for one reason."""

    code: str
    asked: Callable[[], Sequence[Reason]]
    zh: str
    en: str


@dataclass(frozen=True)
class Tried:
    """An act that is refused for one reason, against the real database."""

    code: str
    act: Callable[[People], Awaitable[object]]
    zh: str
    en: str


@dataclass(frozen=True)
class Unit:
    """A released roll of meltblown, 500 m of it."""

    code: str = "ML-001-R01"
    state: UnitState = UnitState.RELEASED
    held: bool = False
    holds: tuple[str, ...] = ()
    usable_until: datetime | None = None
    on_hand: Decimal = Decimal(500)
    unit: str = "m"


def said(reasons: Iterable[Reason]) -> list[tuple[str, str, str]]:
    """Each reason as people read it."""
    return [(reason.code, _words(reason, "zh"), _words(reason, "en")) for reason in reasons]


def _words(reason: Reason, locale: str) -> str:
    return " → ".join(part.in_locale(locale) for part in (reason.text, reason.remedy) if part is not None)


def wanted(row: Row | Tried) -> list[tuple[str, str, str]]:
    return [(row.code, row.zh, row.en)]


async def refused(row: Tried, people: People) -> list[tuple[str, str, str]]:
    """Try the act; what it says."""
    with pytest.raises(Refused) as no:
        await row.act(people)
    return said(no.value.reasons)


def code_of(row: Row | Tried) -> str:
    return row.code
