"""Which decisions the page of a lot offers to whom; the acts themselves say everything that speaks against one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.queries.lots import RollRow
from maskqms.materials.rules.conditional import missing_tests
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitState
from maskqms.web.parts import Fact, Option


def may_condition(unit: UnitRow, sheet: Sheet, actor: Actor) -> bool:
    """Offered to whom of quality may sign it while a result is missing; the act says everything that speaks against."""
    return (
        actor.has(Role.QUALITY)
        and unit.state is UnitState.QUARANTINE
        and sheet.inspection.state is InspectionState.OPEN
        and bool(sheet.results)
        and sheet.verdict.outcome is Outcome.INCOMPLETE
        and actor.account_id not in sheet.analysts
    )


def rejected_goods(unit: UnitRow, rolls: Sequence[RollRow]) -> bool:
    """Something rejected is still here: it goes back, is destroyed or becomes another material."""
    left = [(unit.state, unit.on_hand), *((roll.state, roll.on_hand) for roll in rolls)]
    return any(state is UnitState.REJECTED and on_hand > 0 for state, on_hand in left)


def waits(roll: RollRow) -> bool:
    return roll.state is UnitState.QUARANTINE


def may_part(unit: UnitRow, rolls: Sequence[RollRow], sheet: Sheet, own: Mapping[str, Sheet], actor: Actor) -> bool:
    """Several rolls wait, and after a failure at least one has a sheet of its own."""
    if unit.state is not UnitState.QUARANTINE or sum(waits(roll) for roll in rolls) < 2:
        return False
    took_part = {person for one in own.values() for person in (*one.analysts, one.inspection.reviewer)}
    return (sheet.inspection.outcome is Outcome.PASS or bool(own)) and actor.account_id not in took_part


def sortable(unit: UnitRow, rolls: Sequence[RollRow], sheet: Sheet, actor: Actor) -> list[Option]:
    """Rolls that may be inspected by themselves, once their lot failed."""
    failed = sheet.inspection.outcome is Outcome.FAIL and unit.state is UnitState.QUARANTINE
    if not failed or not actor.has(Role.INSPECTOR, Role.QUALITY):
        return []
    return [Option(roll.code, roll.code) for roll in rolls if waits(roll) and roll.inspection is None]


def roll_words(roll: RollRow) -> Text | str:
    if roll.inspection is None:
        return roll.code
    stands = roll.outcome.label if roll.outcome else roll.inspection_state.label if roll.inspection_state else "-"
    return _("{roll}, own inspection {code}: {verdict}", roll=roll.code, code=roll.inspection, verdict=stands)


def missing_fact(sheet: Sheet) -> Fact:
    missing = [f"{test.test} {test.name}" for test in missing_tests(sheet.verdict)]
    return Fact(_("Still missing"), ", ".join(missing))
