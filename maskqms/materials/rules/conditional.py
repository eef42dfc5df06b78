"""Conditional release (紧急放行): a lot may go into batches while a result is still missing, never after one failed.

The result is missing, not bad: a test that failed, or one whose values so far break its limit, refuses it. A key
material is not even conditionally released without its own passed filtration test: R47 forbids to rely on the paper of
the supplier for what it is bought for, and a batch that waits is no protection from a roll that does not filter.
Any other result may come later. Until it does, every batch made of the lot stays blocked at the gate (R8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.lab.plan import Plan
from maskqms.lab.rules import JudgedSheet, JudgedTest, inspection_link, judge_value
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.states import LotDecision

SHORTEST = 2


def missing_tests(verdict: JudgedSheet) -> list[JudgedTest]:
    """What is still to come: tests that are neither passed nor failed."""
    return [test for test in verdict.tests if test.outcome is Outcome.INCOMPLETE]


def conditional_blockers(
    inspection: str, state: InspectionState, plan: Plan, verdict: JudgedSheet, reason: str
) -> list[Reason]:
    """Why the lot is released or rejected as a whole instead, or waits for its results."""
    path = (inspection_link(inspection),)
    reasons = []
    if state is not InspectionState.OPEN:
        reasons.append(
            Reason(
                "conditional.complete",
                _("Inspection {code} takes no values any more: {state}.", code=inspection, state=state.label),
                _("Nothing is missing: review it, then release or reject the lot."),
                path,
            )
        )
    elif all(len(test.values) >= test.needed for test in verdict.tests):
        text = _("Inspection {code} misses no result.", code=inspection)
        reasons.append(
            Reason("conditional.complete", text, _("Finish and review it, then release or reject the lot."), path)
        )
    for test in failing_tests(plan, verdict):
        text = _(
            "{test} ({name}) is out of its limit {limit}: {values}.",
            test=test.test,
            name=test.name,
            limit=test.limit or "-",
            values=", ".join(test.values),
        )
        remedy = _("A missing result may come later, a bad one does not get better. Finish the sheet and decide by it.")
        reasons.append(Reason("conditional.failed", text, remedy, path))
    if len(reason.strip()) < SHORTEST:
        text = _("Say why production cannot wait for the result.")
        reasons.append(Reason("reason.missing", text))
    return reasons


def failing_tests(plan: Plan, verdict: JudgedSheet) -> list[JudgedTest]:
    """Tests that failed, and unfinished ones of which a value is out of its limit already."""
    return [test for test in verdict.tests if test.outcome is Outcome.FAIL or _half_bad(plan, test)]


def _half_bad(plan: Plan, test: JudgedTest) -> bool:
    planned = plan.test(test.test)
    if planned is None or test.outcome is not Outcome.INCOMPLETE:
        return False
    return any(judge_value(planned, value) is Outcome.FAIL for value in test.values)


def missing_facts(missing: Sequence[JudgedTest]) -> list[dict[str, Any]]:
    """The missing results as they are kept and signed."""
    return [{"test": test.test, "there": len(test.values), "needed": test.needed} for test in missing]


def conditional_content(shown: Mapping[str, Any], missing: Sequence[JudgedTest], reason: str) -> dict[str, Any]:
    """What is signed: the lot as it was shown, what was missing, and why it could not wait."""
    return {
        **shown,
        "decision": LotDecision.CONDITIONAL,
        "missing": missing_facts(missing),
        "reason": reason.strip(),
    }
