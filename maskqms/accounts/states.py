"""What a signature means; printed with it on every screen and every paper (R19)."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone


class Meaning(State):
    """The meaning of a signature, in the words of 21 CFR 11.50 and of the factory's records."""

    MADE = "made", _("Made"), Tone.NEUTRAL
    CHECKED = "checked", _("Checked"), Tone.NEUTRAL
    REVIEWED = "reviewed", _("Reviewed"), Tone.NEUTRAL
    APPROVED = "approved", _("Approved"), Tone.OK
    RELEASED = "released", _("Released"), Tone.OK
    CONDITIONALLY_RELEASED = "conditionally_released", _("Conditionally released"), Tone.WAIT
    REJECTED = "rejected", _("Rejected"), Tone.STOP
    GRANTED = "granted", _("Granted"), Tone.OK
    REVOKED = "revoked", _("Revoked"), Tone.STOP
    LIFTED = "lifted", _("Hold lifted"), Tone.OK
    CLOSED = "closed", _("Closed"), Tone.OK
