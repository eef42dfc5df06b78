"""States of a deviation."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class DeviationState(State):
    """An open one stands in the way of release; it is closed by somebody else than who opened it."""

    OPEN = "open", _("Not closed"), Tone.STOP
    CLOSED = "closed", _("Closed"), Tone.OK


DEVIATION_MOVES = Workflow((DeviationState.OPEN, DeviationState.CLOSED))
