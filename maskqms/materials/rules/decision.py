"""Releasing and rejecting a lot: who may, and when the goods themselves stand in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.lab.plan import Plan
from maskqms.lab.rules import JudgedSheet
from maskqms.lab.states import Decision, Evidence, InspectionState, Outcome
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import Category, LotDecision
from maskqms.trace.rules import UnitFacts, held_reasons, is_expired, link_to
from maskqms.trace.states import UnitState
from maskqms.workflow import Tone

LAB_DECISION: Mapping[LotDecision, Decision] = {
    LotDecision.RELEASE: Decision.ACCEPTED,
    LotDecision.REJECT: Decision.REJECTED,
}
UNIT_STATE: Mapping[LotDecision, UnitState] = {
    LotDecision.RELEASE: UnitState.RELEASED,
    LotDecision.REJECT: UnitState.REJECTED,
}


def lot_link(code: str) -> Link:
    return Link(code, f"/lots/{code}")


UNDECIDED = frozenset({UnitState.QUARANTINE, UnitState.CONDITIONAL})
"""A conditional release is no end: when the missing result is there, the lot is decided."""
IN_USE = frozenset({UnitState.RELEASED, UnitState.CONDITIONAL})


def decided_blockers(code: str, state: UnitState) -> list[Reason]:
    """A lot is decided once; rejected is final (R7)."""
    if state in UNDECIDED:
        return []
    text = _("{code} is decided already: {state}.", code=code, state=state.label)
    return [Reason("lot.decided", text, None, (lot_link(code),))]


def release_blockers(unit: UnitFacts, at: datetime, other: Sequence[UnitFacts] = ()) -> list[Reason]:
    """Held or out of date goods are not released, whatever the tests said."""
    reasons = held_reasons(unit)
    for roll in other:
        reasons += held_reasons(roll)
    if is_expired(unit, at):
        text = _("{code} is past its last usable day.", code=unit.code)
        reasons.append(Reason("unit.expired", text, _("Reject it."), (link_to(unit.code),)))
    return reasons


def own_test_blockers(category: Category, plan: Plan, verdict: JudgedSheet, code: str) -> list[Reason]:
    """A key material needs its own passed test of what it is bought for; a certificate is not enough (R47)."""
    wanted = KEY_TESTS.get(category)
    if wanted is None:
        return []
    passed = {test.test for test in verdict.tests if test.outcome is Outcome.PASS and test.values}
    for test in plan.tests:
        if test.code in wanted and test.code in passed and test.evidence is not Evidence.CERTIFICATE:
            return []
    text = _("No own or commissioned test of filtration passed for {code} (R47).", code=code)
    return [Reason("lot.own_test", text, _("Test it; a certificate of the supplier is not enough."), (lot_link(code),))]


def failed_blockers(unit: UnitFacts, sheets: Sequence[str]) -> list[Reason]:
    """What is in use and failed is not used further before somebody decided: a hold that was lifted is no decision
    (S23). `sheets`: those that failed and wait. What is not in use says so itself."""
    if unit.state not in IN_USE:
        return []
    return [
        Reason(
            "lot.test_failed",
            _("{code}: inspection {inspection} failed and is not decided.", code=unit.code, inspection=sheet),
            _("Put it aside. Quality decides on the inspection first; lifting the hold is not enough."),
            (link_to(unit.code), Link(sheet, f"/inspections/{sheet}")),
        )
        for sheet in sheets
    ]


def reason_blockers(decision: LotDecision, reason: str | None) -> list[Reason]:
    if decision is LotDecision.REJECT and not (reason or "").strip():
        return [Reason("reason.missing", _("Say why the lot is rejected."))]
    return []


def lot_content(facts: Mapping[str, Any], verdict: JudgedSheet) -> dict[str, Any]:
    """Exactly what the person who decides is shown and signs."""
    return {
        **facts,
        "outcome": str(verdict.outcome),
        "tests": [
            {"test": test.test, "limit": test.limit, "values": list(test.values), "outcome": str(test.outcome)}
            for test in verdict.tests
        ],
    }


def band(
    unit: UnitFacts,
    at: datetime,
    inspection: InspectionState | None,
    outcome: Outcome | None,
    missing: int,
    *,
    rejected: int = 0,
    rolls: int = 0,
) -> tuple[Text, Tone]:
    """One sentence: what stands between the lot and its next state. `rejected` of its `rolls`, where they differ."""
    if unit.held:
        return _("On hold {holds}. It cannot be used.", holds=", ".join(unit.holds)), Tone.HELD
    if unit.state is UnitState.QUARANTINE:
        return _waiting(inspection, outcome, missing)
    if unit.state is UnitState.CONDITIONAL:
        return _conditional(inspection, missing)
    if unit.state is UnitState.RELEASED and rejected:
        text = _("Part rejected: {rejected} of {rolls} rolls are rejected, the others follow their own state.",
                 rejected=rejected, rolls=rolls)  # fmt: skip
        return text, Tone.WAIT
    if unit.state is UnitState.RELEASED and is_expired(unit, at):
        return _("Past its last usable day. It cannot be used."), Tone.STOP
    if unit.state is UnitState.RELEASED:
        return _("Released: it can be issued to a batch."), Tone.OK
    if unit.state is UnitState.REJECTED:
        return _("Rejected, for good. It goes back to the supplier or is scrapped."), Tone.STOP
    return _("It is {state}.", state=unit.state.label), unit.state.tone


def _waiting(inspection: InspectionState | None, outcome: Outcome | None, missing: int) -> tuple[Text, Tone]:
    if inspection is InspectionState.OPEN and missing:
        return _("In quarantine: {count} values, the review and the decision are missing.", count=missing), Tone.WAIT
    if inspection is InspectionState.OPEN:
        return _("In quarantine: all values are there; finish the entry, then review and decision."), Tone.WAIT
    if inspection is InspectionState.ENTERED:
        return _("In quarantine: waits for the review by a second person, then the decision."), Tone.WAIT
    if outcome is Outcome.FAIL:
        return _("In quarantine: the tests failed. Quality decides."), Tone.STOP
    return _("In quarantine: tested and reviewed. Quality decides."), Tone.INFO


def _conditional(inspection: InspectionState | None, missing: int) -> tuple[Text, Tone]:
    if inspection is InspectionState.OPEN and missing:
        text = _(
            "Conditionally released: it may be used, and every batch of it waits for {count} missing values.",
            count=missing,
        )
        return text, Tone.WAIT
    text = _("Conditionally released: its results are there. After the review quality decides; its batches wait.")
    return text, Tone.WAIT
