"""The closed words of release: groups of the gate, parts of the review, what was decided."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone


class GateGroup(State):
    """The headings under which the gate asks its questions, in the order in which people read a batch record."""

    STANDARD = "standard", _("Licences and standard")
    MATERIALS = "materials", _("Materials")
    PRODUCTION = "production", _("Production record")
    TESTS = "tests", _("Factory tests")
    PACKING = "packing", _("Packing and labels")
    QUALITY = "quality", _("Deviations, holds and reviews")


class ReviewPart(State):
    """What a review covers; two different people sign the two (R87 n)."""

    PRODUCTION = "production", _("Production review"), Tone.INFO
    QUALITY = "quality", _("Quality review"), Tone.INFO


class Decision(State):
    """The end of a batch's way to release; there is no third word and no way back (R94)."""

    RELEASED = "released", _("Released"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP
