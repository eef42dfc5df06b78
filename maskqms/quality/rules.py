"""Why a deviation cannot be opened or closed, or a change decided: every reason at once."""

from __future__ import annotations

from maskqms.actor import Role
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.quality.states import CHANGE_MOVES, DEVIATION_MOVES, ChangeState, DeviationState

OPENS = (Role.OPERATOR, Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE, Role.PLANT_MANAGER)
"""Whoever works here may report; nobody is asked for permission to say that something is wrong."""

CHANGE_OPENS = (Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY, Role.PLANT_MANAGER)
"""Who learns of a change of a material, a machine or a process."""

SHORTEST = 4
SHORTEST_TITLE = 2
"""Two characters are a title in Chinese: 破边, 异物."""


def deviation_link(code: str) -> Link:
    return Link(code, f"/deviations/{code}")


def open_blockers(title: str, description: str) -> list[Reason]:
    reasons = []
    if len(title.strip()) < SHORTEST_TITLE:
        reasons.append(Reason("deviation.title", _("Say in a few words what deviates.")))
    if len(description.strip()) < SHORTEST:
        reasons.append(Reason("deviation.description", _("Describe what was found, where and when.")))
    return reasons


def close_blockers(
    code: str, state: DeviationState, *, opener: int | None, opener_name: str, closer: int | None, conclusion: str
) -> list[Reason]:
    """Closed once, with a conclusion, by another person than who opened it."""
    reasons = []
    if DEVIATION_MOVES.blockers(state, DeviationState.CLOSED):
        text = _("Deviation {code} is closed already.", code=code)
        reasons.append(Reason("deviation.closed", text, None, (deviation_link(code),)))
    if opener is not None and opener == closer:
        reasons.append(
            Reason(
                "deviation.same_person",
                _("{name} opened this deviation and cannot close it.", name=opener_name),
                _("Another person of quality must look at it."),
                (deviation_link(code),),
            )
        )
    if len(conclusion.strip()) < SHORTEST:
        reasons.append(
            Reason("deviation.conclusion", _("Say what was found out, what it means for the goods, what was done."))
        )
    return reasons


def change_link(code: str) -> Link:
    return Link(code, f"/changes/{code}")


def change_open_blockers(title: str, description: str) -> list[Reason]:
    reasons = []
    if len(title.strip()) < SHORTEST_TITLE:
        reasons.append(Reason("change.title", _("Say in a few words what changes.")))
    if len(description.strip()) < SHORTEST:
        reasons.append(Reason("change.description", _("Say what was, what will be, and since when.")))
    return reasons


def change_decision_blockers(
    code: str,
    state: ChangeState,
    wanted: ChangeState,
    *,
    opener: int,
    opener_name: str,
    decider: int | None,
    conclusion: str,
) -> list[Reason]:
    """Decided once, on what the validation showed, by another person than who opened it (R46)."""
    reasons = []
    if CHANGE_MOVES.blockers(state, wanted):
        text = _("Change {code} is decided already: {state}.", code=code, state=state.label)
        reasons.append(Reason("change.decided", text, None, (change_link(code),)))
    if opener == decider:
        reasons.append(
            Reason(
                "change.same_person",
                _("{name} opened this change and cannot decide it.", name=opener_name),
                _("Another person of quality must look at it."),
                (change_link(code),),
            )
        )
    if len(conclusion.strip()) < SHORTEST:
        text = _("Name the validation report and the batches it rests on, or why the change is turned down.")
        reasons.append(Reason("change.conclusion", text))
    return reasons
