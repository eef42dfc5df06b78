"""Part rejection: bad rolls are rejected and the good ones released, without making a failed plan a passed one.

A lot that failed stays failed: its own sheet is decided "rejected". What may be released of it are single rolls that
were inspected again one by one, each on a sheet of its own with the whole plan, reviewed and passed (R7, R49). A roll
that was not inspected again goes with the verdict of its lot.

When the lot passed, a roll is rejected for what an open deviation says of that roll, and the others go with the lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.lab.plan import Plan, PlannedTest, planned
from maskqms.lab.rules import JudgedSheet, inspection_link
from maskqms.lab.states import InspectionState, Outcome
from maskqms.trace.rules import link_to
from maskqms.trace.states import UnitState


class RollFacts(Protocol):
    """What the rules ask of a roll; `RollRow` fits. `inspection` is its own sheet, where it has one."""

    @property
    def code(self) -> str: ...
    @property
    def state(self) -> UnitState: ...
    @property
    def inspection(self) -> str | None: ...
    @property
    def inspection_state(self) -> InspectionState | None: ...
    @property
    def outcome(self) -> Outcome | None: ...


def roll_plan(plan: Plan) -> tuple[PlannedTest, ...]:
    """The lot's frozen plan for one roll: the same tests and limits; what was sampled is looked at whole."""
    return tuple(_for_one(test) for test in plan.tests)


def _for_one(test: PlannedTest) -> PlannedTest:
    """So many specimens of each roll are so many of this one; everything else that the plan says of the test stays."""
    requirement = test.requirement
    if test.per_roll is not None:
        requirement = requirement.model_copy(update={"specimens": test.per_roll})
    alone = planned(
        requirement,
        lot_size=None if test.tally is None else 1,
        level="II" if test.tally is None else test.tally.level,
        aql=None if test.tally is None else test.tally.aql,
        evidence=test.evidence,
        required=test.required,
    )
    kept = ("warning", "flow", "area", "per_roll", "instrument", "retests")
    return alone.model_copy(update={name: getattr(test, name) for name in kept})


def sorting_blockers(
    lot: str,
    state: UnitState,
    inspection: str,
    outcome: Outcome | None,
    rolls: Sequence[RollFacts],
    named: Sequence[str],
) -> list[Reason]:
    """Why rolls are not inspected one by one: only the waiting rolls of a lot that failed are."""
    reasons = undecided_blockers(lot, state)
    if outcome is not Outcome.FAIL:
        text = _("Inspection {code} did not fail.", code=inspection)
        remedy = _("Rolls are inspected one by one when the lot failed as a whole.")
        reasons.append(Reason("sort.not_failed", text, remedy, (inspection_link(inspection),)))
    reasons += naming_blockers(lot, rolls, named)
    for roll in rolls:
        if roll.code in named and roll.inspection is not None:
            text = _("{roll} has its own inspection already: {code}.", roll=roll.code, code=roll.inspection)
            reasons.append(Reason("sort.twice", text, None, (inspection_link(roll.inspection),)))
    return reasons


def undecided_blockers(lot: str, state: UnitState) -> list[Reason]:
    if state is UnitState.QUARANTINE:
        return []
    text = _("{code} is decided already: {state}.", code=lot, state=state.label)
    return [Reason("lot.decided", text, None, (Link(lot, f"/lots/{lot}"),))]


def naming_blockers(lot: str, rolls: Sequence[RollFacts], named: Sequence[str]) -> list[Reason]:
    """Rolls are named, they belong to the lot, and nothing was decided about them before."""
    if not named:
        return [Reason("part.none", _("No roll is chosen."), _("Choose at least one roll."))]
    reasons = []
    known = {roll.code: roll for roll in rolls}
    for code in sorted(set(named) - known.keys()):
        text = _("{roll} is no roll of {lot}.", roll=code, lot=lot)
        reasons.append(Reason("part.foreign", text, None, (Link(lot, f"/lots/{lot}"),)))
    for code in sorted(set(named) & known.keys()):
        if known[code].state is not UnitState.QUARANTINE:
            text = _("{code} is decided already: {state}.", code=code, state=known[code].state.label)
            reasons.append(Reason("lot.decided", text, None, (link_to(code),)))
    return reasons


def parting_blockers(
    lot: str,
    outcome: Outcome | None,
    rolls: Sequence[RollFacts],
    rejected: Sequence[str],
    *,
    loose: bool,
    deviating: Sequence[str],
    reason: str,
) -> list[Reason]:
    """Why this division of the lot is refused. `loose`: some of it is on no roll; `deviating`: rolls of which an open
    deviation says what is wrong."""
    reasons = naming_blockers(lot, rolls, rejected)
    waiting = [roll for roll in rolls if roll.state is UnitState.QUARANTINE]
    kept = [roll for roll in waiting if roll.code not in rejected]
    path = (Link(lot, f"/lots/{lot}"),)
    if loose:
        text = _("Part of {lot} is on no roll.", lot=lot)
        reasons.append(Reason("part.loose", text, _("Such a lot is released or rejected as a whole."), path))
    if not kept and waiting:
        reasons.append(Reason("part.all", _("No roll would be left."), _("Reject the whole lot instead."), path))
    if not reason.strip():
        reasons.append(Reason("reason.missing", _("Say why these rolls are rejected.")))
    for roll in kept:
        reasons += _keeping(roll, outcome)
    for roll in waiting:
        if roll.code in rejected:
            reasons += _rejecting(roll, outcome, roll.code in deviating)
    return reasons


def _keeping(roll: RollFacts, lot: Outcome | None) -> list[Reason]:
    if roll.inspection is None and lot is Outcome.PASS:
        return []
    if roll.inspection is None:
        text = _("{roll} would be released, but it was not inspected by itself after the lot failed.", roll=roll.code)
        remedy = _("Inspect it by itself; without that it goes with the verdict of the lot.")
        return [Reason("part.untested", text, remedy, (link_to(roll.code),))]
    reasons = _unreviewed(roll)
    if not reasons and roll.outcome is not Outcome.PASS:
        own = roll.inspection
        text = _("{roll} would be released, but its own inspection {code} failed.", roll=roll.code, code=own)
        remedy = _("Reject it as well.")
        reasons.append(Reason("part.failed", text, remedy, (link_to(roll.code), inspection_link(roll.inspection))))
    return reasons


def _rejecting(roll: RollFacts, lot: Outcome | None, deviating: bool) -> list[Reason]:
    if roll.inspection is not None and (reasons := _unreviewed(roll)):
        return reasons
    said = lot if roll.inspection is None else roll.outcome
    if said is not Outcome.PASS or deviating:
        return []
    text = _("All tests of {roll} passed.", roll=roll.code)
    remedy = _("Open a deviation of this roll that says what is wrong, then reject it.")
    return [Reason("part.passed", text, remedy, (link_to(roll.code),))]


def _unreviewed(roll: RollFacts) -> list[Reason]:
    if roll.inspection is None or roll.inspection_state is InspectionState.REVIEWED:
        return []
    stands = roll.inspection_state.label if roll.inspection_state else "-"
    text = _("Inspection {code} is not reviewed: {state}.", code=roll.inspection, state=stands)
    remedy = _("A second person reviews the sheet first.")
    return [Reason("inspection.not_reviewed", text, remedy, (link_to(roll.code), inspection_link(roll.inspection)))]


def parting_content(shown: Mapping[str, Any], rolls: Mapping[str, tuple[str, JudgedSheet]]) -> dict[str, Any]:
    """What is shown before rolls are chosen: the lot, and each roll that has a sheet of its own with its values."""
    return {
        **shown,
        "rolls": [
            {
                "roll": roll,
                "inspection": code,
                "outcome": str(verdict.outcome),
                "tests": [
                    {"test": test.test, "values": list(test.values), "outcome": str(test.outcome)}
                    for test in verdict.tests
                ],
            }
            for roll, (code, verdict) in sorted(rolls.items())
        ],
    }


def own_sheet_blockers(rolls: Sequence[RollFacts]) -> list[Reason]:
    """A roll that was inspected by itself answers for itself: its lot is not released over its head."""
    reasons = []
    for roll in rolls:
        if roll.inspection is not None and roll.outcome is not Outcome.PASS:
            text = _(
                "{roll} was inspected by itself, and inspection {code} did not pass.",
                roll=roll.code,
                code=roll.inspection,
            )
            path = (link_to(roll.code), inspection_link(roll.inspection))
            reasons.append(
                Reason("lot.roll_failed", text, _("Divide the lot: reject this roll, release the others."), path)
            )
    return reasons
