"""The status a label shows: what the record said at the moment of printing.

It is a word first, a frame second and a colour last: thermal printers are black, and eyes differ.
"""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone


class LabelStatus(State):
    """Yellow with a dashed frame, green with a plain frame, or a dark band with light words."""

    QUARANTINE = "quarantine", _("Quarantine"), Tone.WAIT
    QUALIFIED = "qualified", _("Qualified"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP
