"""Why a deviation cannot be opened or closed: every reason at once."""

from __future__ import annotations

from maskqms.actor import Role
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.quality.states import DEVIATION_MOVES, DeviationState

OPENS = (Role.OPERATOR, Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE, Role.PLANT_MANAGER)
"""Whoever works here may report; nobody is asked for permission to say that something is wrong."""

SHORTEST = 4


def deviation_link(code: str) -> Link:
    return Link(code, f"/deviations/{code}")


def open_blockers(title: str, description: str) -> list[Reason]:
    reasons = []
    if len(title.strip()) < SHORTEST:
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
