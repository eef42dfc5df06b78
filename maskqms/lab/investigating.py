"""Why a step of an investigation cannot be taken: pure answers, every reason at once (R35).

The rule of the verdict: the first result stands unless an error was found and shown. With an assignable cause the
values of the repeated specimens are made invalid and the retest counts, whatever it says; without one the first result
counts, and a retest that passed changes nothing. A retest that failed is not repeated until it passes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.errors import Link, Reason, reason_blockers
from maskqms.i18n import _
from maskqms.lab.plan import PlannedTest
from maskqms.lab.rules import inspection_link
from maskqms.lab.states import INVESTIGATION_MOVES, Cause, InspectionState, InvestigationState, Outcome

SHORTEST = 4


@dataclass(frozen=True, slots=True)
class RetestFacts:
    """A retest that was allowed: its specimens, and the verdicts on the values that are there."""

    ordinal: int
    specimens: tuple[int, ...]
    outcomes: Mapping[int, Outcome]
    approver: int
    approver_name: str

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(n for n in self.specimens if n not in self.outcomes)

    @property
    def failed(self) -> bool:
        return Outcome.FAIL in self.outcomes.values()


@dataclass(frozen=True, slots=True)
class InvestigationFacts:
    """What the rules ask of an investigation. `analysts` entered first values of the test."""

    code: str
    inspection: str
    inspection_state: InspectionState
    state: InvestigationState
    test: PlannedTest
    checks: int
    retests: Sequence[RetestFacts]
    analysts: Mapping[int, str]

    @property
    def path(self) -> tuple[Link, ...]:
        return (inspection_link(self.inspection), investigation_link(self.code))


def investigation_link(code: str) -> Link:
    return Link(code, f"/investigations/{code}")


def handed_in_blockers(
    *,
    test: str,
    specimen: int,
    outcome: Outcome,
    at: datetime,
    counts: bool,
    handed_in_at: datetime | None,
    investigation: str | None,
) -> list[Reason]:
    """A failing result that was handed in is never corrected into a passing one: its investigation is the only door."""
    if not counts or handed_in_at is None or at > handed_in_at:
        return []
    if outcome is not Outcome.FAIL and investigation is None:
        return []
    remedy = _("An investigation has to find the error; with its approval the test is repeated beside the first value.")
    path = () if investigation is None else (investigation_link(investigation),)
    text = _("{test}, specimen {n}: the test was handed in with a failing result and is not corrected.",
             test=test, n=specimen)  # fmt: skip
    return [Reason("result.handed_in", text, remedy, path)]


def going_on_blockers(facts: InvestigationFacts) -> list[Reason]:
    """Nothing is added to an investigation that is concluded."""
    if facts.state is not InvestigationState.CONCLUDED:
        return []
    text = _("Investigation {code} is concluded.", code=facts.code)
    return [Reason("investigation.concluded", text, None, facts.path)]


def widen_blockers(facts: InvestigationFacts) -> list[Reason]:
    """Beyond the laboratory only after something in the laboratory was looked at."""
    moves = INVESTIGATION_MOVES.blockers(facts.state, InvestigationState.WIDER)
    return moves + _unchecked(facts)


def _unchecked(facts: InvestigationFacts) -> list[Reason]:
    if facts.checks:
        return []
    return [
        Reason(
            "investigation.unchecked",
            _("Nothing was checked yet in investigation {code}.", code=facts.code),
            _("Record what was looked at and what was found, beginning with the raw record."),
            facts.path,
        )
    ]


def _analyst(facts: InvestigationFacts, account: int | None) -> list[Reason]:
    if account not in facts.analysts or account is None:
        return []
    text = _("{name} entered values of this test.", name=facts.analysts[account])
    return [Reason("person.analyst", text, _("Somebody of quality who took no part in the testing must do it (R10)."))]


def _decided(facts: InvestigationFacts) -> list[Reason]:
    if facts.inspection_state is not InspectionState.DECIDED:
        return []
    text = _("Inspection {code} is decided; its verdict does not change any more.", code=facts.inspection)
    remedy = _("Conclude without an assignable cause; what follows for the goods is a matter of the deviation.")
    return [Reason("inspection.decided", text, remedy, facts.path)]


def retest_blockers(
    facts: InvestigationFacts, *, account: int | None, specimens: Collection[int], reason: str
) -> list[Reason]:
    """A retest is allowed by rule and approval, never by wish."""
    reasons = going_on_blockers(facts) + _unchecked(facts) + _analyst(facts, account) + _decided(facts)
    allowed = facts.test.retests_allowed
    if len(facts.retests) >= allowed:
        text = _("{test} may be retested {allowed} times, and was {done} times.", test=facts.test.code,
                 allowed=allowed, done=len(facts.retests))  # fmt: skip
        reasons.append(Reason("retest.spent", text, _("The first result stands."), facts.path))
    for retest in facts.retests:
        if retest.failed:
            text = _("Retest {number} failed.", number=retest.ordinal)
            remedy = _("What failed again is not repeated until it passes.")
            reasons.append(Reason("retest.failed", text, remedy, facts.path))
        elif retest.missing:
            reasons.append(_missing(facts, retest))
    if not specimens or not set(specimens) <= set(range(1, facts.test.cells + 1)):
        text = _("{test} has specimens 1 to {cells}.", test=facts.test.code, cells=facts.test.cells)
        reasons.append(Reason("retest.specimens", text, _("Name the specimens that are to be repeated.")))
    return reasons + reason_blockers(reason, _("Say why the first result is doubted."))


def _missing(facts: InvestigationFacts, retest: RetestFacts) -> Reason:
    numbers = ", ".join(str(n) for n in retest.missing)
    text = _("Retest {number}: specimens {missing} have no value.", number=retest.ordinal, missing=numbers)
    return Reason("retest.missing", text, _("Enter them first."), facts.path)


def retest_value_blockers(
    facts: InvestigationFacts,
    retest: RetestFacts | None,
    *,
    specimen: int,
    account: int | None,
    has_value: bool,
    reason: str | None,
) -> list[Reason]:
    """The values of a retest come from another analyst than the first ones, and not from who allowed it."""
    reasons = going_on_blockers(facts)
    if retest is None:
        text = _("No retest of {test} is allowed.", test=facts.test.code)
        return [*reasons, Reason("retest.none", text, _("Quality allows it in the investigation."), facts.path)]
    if specimen not in retest.specimens:
        text = _("Specimen {n} is not part of retest {number}.", n=specimen, number=retest.ordinal)
        reasons.append(Reason("retest.specimen", text, None, facts.path))
    if account is not None and account in facts.analysts:
        text = _("{name} measured the first values of this test.", name=facts.analysts[account])
        reasons.append(Reason("retest.same_analyst", text, _("Another analyst makes the retest."), facts.path))
    if account == retest.approver:
        text = _("{name} allowed this retest.", name=retest.approver_name)
        reasons.append(Reason("retest.approver", text, _("Another analyst makes the retest."), facts.path))
    if has_value and not (reason or "").strip():
        text = _("{test}, specimen {n} already has a value. It is never overwritten.", test=facts.test.code, n=specimen)
        reasons.append(
            Reason("result.exists", text, _("Correct it with a reason; the first value stays readable."), facts.path)
        )
    return reasons


def conclude_blockers(
    facts: InvestigationFacts, *, account: int | None, cause: Cause, conclusion: str, retesters: Mapping[int, str]
) -> list[Reason]:
    """A result is made invalid only with a cause that was found, and with what takes its place."""
    reasons = going_on_blockers(facts) + _unchecked(facts) + _analyst(facts, account)
    if account is not None and account in retesters:
        text = _("{name} made the retest.", name=retesters[account])
        reasons.append(Reason("person.retester", text, _("Another person of quality concludes."), facts.path))
    if len(conclusion.strip()) < SHORTEST:
        text = _("Say what was found out and what it means for the result.")
        reasons.append(Reason("investigation.conclusion", text))
    if not cause.assignable:
        return reasons
    reasons += _decided(facts)
    if not facts.retests:
        text = _("Nothing takes the place of the values that would be made invalid.")
        remedy = _("Let quality allow a retest first, and enter its values.")
        reasons.append(Reason("investigation.no_retest", text, remedy, facts.path))
    return reasons + [_missing(facts, retest) for retest in facts.retests if retest.missing]


def question_blockers(investigations: Sequence[tuple[str, str]], doubts: Sequence[tuple[str, str]]) -> list[Reason]:
    """What must be answered before anything rests on a sheet: (code, test) of open investigations, (instrument, test)
    of results whose instrument failed afterwards."""
    reasons = [
        Reason(
            "investigation.open",
            _("Investigation {code} of {test} is not concluded.", code=code, test=test),
            _("Quality concludes it with a signature."),
            (investigation_link(code),),
        )
        for code, test in investigations
    ]
    return reasons + [
        Reason(
            "result.in_doubt",
            _("{test} was measured with {instrument}, which failed its calibration or check afterwards.", test=test,
              instrument=instrument),
            _("Quality re-evaluates the result and signs."),
            (Link(instrument, f"/rechecks?instrument={instrument}"),),
        )
        for instrument, test in doubts
    ]  # fmt: skip
