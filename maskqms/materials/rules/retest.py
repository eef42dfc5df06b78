"""Meltblown loses its charge: when it must be tested again, and why a retest cannot be opened or decided (R51)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.lab.rules import JudgedSheet
from maskqms.materials.specification import KEY_TESTS, SpecifiedTests
from maskqms.materials.states import Category
from maskqms.trace.states import UnitState
from maskqms.workflow import Tone

RETESTED = frozenset({UnitState.RELEASED, UnitState.CONDITIONAL})
SOON = timedelta(days=14)
"""So long before its date a retest stands on the worklist as due soon."""


def lot_link(code: str) -> Link:
    return Link(code, f"/lots/{code}")


def next_due(tested: date, days: int) -> date:
    """The last day on which the material may be used after a test of that day."""
    return tested + timedelta(days=days)


def usable_day(due: date, expires: date | None) -> date:
    """A retest date never reaches over the end of the storage life (R51)."""
    return due if expires is None else min(due, expires)


def offered_tests(category: Category, tests: SpecifiedTests) -> list[str]:
    """What a retest can ask for: the filtration first, then everything else that is measured."""
    wanted = KEY_TESTS.get(category, ())
    measured = [test.code for test in tests.tests if not test.counted]
    return sorted(measured, key=lambda code: code not in wanted)


def rule_blockers(days: int, wanted: Sequence[str], offered: Sequence[str]) -> list[Reason]:
    """An interval has days and tests that the specification knows."""
    reasons = []
    if days < 1:
        reasons.append(Reason("retest.days", _("The interval needs at least one day.")))
    if not wanted:
        reasons.append(Reason("retest.no_tests", _("Choose at least one test that is repeated.")))
    for code in wanted:
        if code not in offered:
            reasons.append(
                Reason("retest.test", _("The specification in force has no measured test {test}.", test=code))
            )
    return reasons


def open_blockers(
    code: str, state: UnitState, expires: date | None, day: date, running: str | None, *, has_tests: bool
) -> list[Reason]:
    """Why no retest can be opened now."""
    path = (lot_link(code),)
    reasons = []
    if state not in RETESTED:
        text = _("{code} is not in use: {state}.", code=code, state=state.label)
        reasons.append(Reason("retest.state", text, _("Only a released lot is tested again."), path))
    if expires is not None and expires < day:
        text = _("The storage life of {code} ended on {day}; a retest cannot prolong it (R51).", code=code, day=expires)
        reasons.append(Reason("retest.expired", text, _("Have it scrapped or returned."), path))
    if running is not None:
        text = _("Retest {inspection} of {code} is not decided yet.", inspection=running, code=code)
        reasons.append(Reason("retest.running", text, None, (Link(running, f"/inspections/{running}"),)))
    if not has_tests:
        text = _("The specification of {code} has none of the tests that a retest repeats.", code=code)
        reasons.append(Reason("retest.no_tests", text, _("Set the retest interval of the material."), path))
    return reasons


def retest_content(lot: str, inspection: str, verdict: JudgedSheet, usable: date | None) -> dict[str, Any]:
    """Exactly what the person who decides a retest is shown and signs."""
    return {
        "lot": lot,
        "inspection": inspection,
        "outcome": str(verdict.outcome),
        "usable_until": usable,
        "tests": [
            {"test": test.test, "limit": test.limit, "values": list(test.values), "outcome": str(test.outcome)}
            for test in verdict.tests
        ],
    }


def due_words(due: date, day: date) -> tuple[Text, Tone]:
    """How a retest date stands today."""
    if due < day:
        return _("Past its retest date since {day}: not usable until a retest passed.", day=due), Tone.STOP
    if due - day <= SOON:
        return _("To be tested again by {day}.", day=due), Tone.WAIT
    return _("Usable without a retest until {day}.", day=due), Tone.OK
