"""How far a destruction or a regrade is."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class Way(State):
    """What can become of rejected goods."""

    RETURN = "return", _("Return to the supplier")
    DESTROY = "destroy", _("Destroy before two witnesses")
    REGRADE = "regrade", _("Regrade to another material")


class DestructionState(State):
    """Nothing leaves the stock before the second witness signed."""

    WAITING = "waiting", _("Waits for witnesses"), Tone.WAIT
    DONE = "done", _("Destroyed"), Tone.STOP
    CANCELLED = "cancelled", _("Cancelled"), Tone.NEUTRAL


class RegradeState(State):
    """A request, and what another person of quality said to it."""

    REQUESTED = "requested", _("Waits for approval"), Tone.WAIT
    APPROVED = "approved", _("Approved"), Tone.OK
    REFUSED = "refused", _("Refused"), Tone.STOP


DESTRUCTION_MOVES = Workflow(
    (DestructionState.WAITING, DestructionState.DONE),
    (DestructionState.WAITING, DestructionState.CANCELLED),
)
REGRADE_MOVES = Workflow(
    (RegradeState.REQUESTED, RegradeState.APPROVED),
    (RegradeState.REQUESTED, RegradeState.REFUSED),
)
