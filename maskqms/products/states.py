"""The closed words of products and licences."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class ProductKind(State):
    """Which law a mask is made under; it decides which licences must stand behind a batch (S2)."""

    MEDICAL = "medical", _("Medical device"), Tone.INFO
    PPE = "ppe", _("Protective equipment"), Tone.NEUTRAL
    CIVIL = "civil", _("Civil use"), Tone.NEUTRAL


class ProductState(State):
    ACTIVE = "active", _("Being made"), Tone.OK
    WITHDRAWN = "withdrawn", _("No longer made"), Tone.NEUTRAL


PRODUCT_MOVES = Workflow(
    (ProductState.ACTIVE, ProductState.WITHDRAWN),
    (ProductState.WITHDRAWN, ProductState.ACTIVE),
)


class LicenceKind(State):
    """A permission of an authority. An emergency registration counts as one and is shown on the batch (S4)."""

    REGISTRATION = "registration", _("Registration certificate")
    EMERGENCY_REGISTRATION = "emergency_registration", _("Emergency registration"), Tone.WAIT
    PRODUCTION_LICENCE = "production_licence", _("Production licence")


class LicenceState(State):
    IN_FORCE = "in_force", _("Valid"), Tone.OK
    REVOKED = "revoked", _("Revoked or handed back"), Tone.STOP


class LicenceStanding(State):
    """How a licence stands on one day."""

    VALID = "valid", _("Valid"), Tone.OK
    ENDING = "ending", _("Ends soon"), Tone.WAIT
    NOT_YET = "not_yet", _("Not valid yet"), Tone.INFO
    EXPIRED = "expired", _("Expired"), Tone.STOP
    REVOKED = "revoked", _("Revoked or handed back"), Tone.STOP
