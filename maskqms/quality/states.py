"""States of a deviation and of a change."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class DeviationState(State):
    """An open one stands in the way of release; it is closed by somebody else than who opened it."""

    OPEN = "open", _("Not closed"), Tone.STOP
    CLOSED = "closed", _("Closed"), Tone.OK


DEVIATION_MOVES = Workflow((DeviationState.OPEN, DeviationState.CLOSED))


class ChangeState(State):
    """A change that nobody approved limits what it touches; a rejected one does so for good."""

    OPEN = "open", _("Under validation"), Tone.WAIT
    APPROVED = "approved", _("Change approved"), Tone.OK
    REJECTED = "rejected", _("Change rejected"), Tone.STOP


CHANGE_MOVES = Workflow((ChangeState.OPEN, ChangeState.APPROVED), (ChangeState.OPEN, ChangeState.REJECTED))
