"""Words of suppliers, credentials, approvals, materials and specifications. A lot's state is its unit's (trace)."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class SupplierKind(State):
    """Who delivers. Behind a trader stands a manufacturer, whose papers are kept as well (S12)."""

    MANUFACTURER = "manufacturer", _("Manufacturer")
    TRADER = "trader", _("Trader")


class CredentialType(State):
    """The paper that was checked."""

    BUSINESS_LICENCE = "business_licence", _("Business licence")
    PRODUCTION_LICENCE = "production_licence", _("Production licence")
    REGISTRATION = "registration", _("Registration certificate")
    AUTHORISATION_LETTER = "authorisation_letter", _("Authorisation letter")
    TEST_REPORT = "test_report", _("Test report")
    QUALITY_AGREEMENT = "quality_agreement", _("Quality agreement")


class CredentialState(State):
    """How a credential stands on a day."""

    VALID = "valid", _("Valid"), Tone.OK
    ENDING = "ending", _("Ends soon"), Tone.WAIT
    EXPIRED = "expired", _("Expired"), Tone.STOP
    NOT_YET = "not_yet", _("Not valid yet"), Tone.WAIT
    WITHDRAWN = "withdrawn", _("Withdrawn"), Tone.NEUTRAL


class Category(State):
    """What a material is for; decides which papers are needed and which tests are customary."""

    MELTBLOWN = "meltblown", _("Meltblown fabric")
    SPUNBOND = "spunbond", _("Spunbond fabric")
    EAR_LOOP = "ear_loop", _("Ear loop")
    NOSE_WIRE = "nose_wire", _("Nose wire")
    PACKAGING = "packaging", _("Packaging")
    LABEL = "label", _("Label")


class Measure(State):
    """The unit in which a material is counted."""

    METRE = "m", _("m")
    KILOGRAM = "kg", _("kg")
    PIECE = "piece", _("pcs")


class ApprovalState(State):
    """Whether a supplier may deliver a material. Each change is a signed row; the last one counts."""

    PENDING = "pending", _("Pending"), Tone.WAIT
    APPROVED = "approved", _("Approved"), Tone.OK
    CONDITIONAL = "conditional", _("Approved with a condition"), Tone.WAIT
    SUSPENDED = "suspended", _("Suspended"), Tone.STOP
    REMOVED = "removed", _("Removed"), Tone.STOP


APPROVAL_MOVES = Workflow(
    (ApprovalState.PENDING, ApprovalState.APPROVED),
    (ApprovalState.PENDING, ApprovalState.CONDITIONAL),
    (ApprovalState.PENDING, ApprovalState.REMOVED),
    (ApprovalState.APPROVED, ApprovalState.APPROVED),
    (ApprovalState.APPROVED, ApprovalState.CONDITIONAL),
    (ApprovalState.APPROVED, ApprovalState.SUSPENDED),
    (ApprovalState.APPROVED, ApprovalState.REMOVED),
    (ApprovalState.CONDITIONAL, ApprovalState.APPROVED),
    (ApprovalState.CONDITIONAL, ApprovalState.CONDITIONAL),
    (ApprovalState.CONDITIONAL, ApprovalState.SUSPENDED),
    (ApprovalState.CONDITIONAL, ApprovalState.REMOVED),
    (ApprovalState.SUSPENDED, ApprovalState.APPROVED),
    (ApprovalState.SUSPENDED, ApprovalState.CONDITIONAL),
    (ApprovalState.SUSPENDED, ApprovalState.REMOVED),
)


MAY_DELIVER = frozenset({ApprovalState.APPROVED, ApprovalState.CONDITIONAL})
"""States in which goods may come; a condition is shown wherever the approval is."""


class EvaluationKind(State):
    """On what an approval rests: the first one on an audit on site or a written survey (S13)."""

    AUDIT = "audit", _("On-site audit report")
    SURVEY = "survey", _("Written quality survey")
    REVIEW = "review", _("Review of deliveries and papers")


FIRST_EVALUATIONS = frozenset({EvaluationKind.AUDIT, EvaluationKind.SURVEY})


class SourceChangeKind(State):
    """What is new about where a key material comes from (R46, S16)."""

    SUPPLIER = "supplier", _("New supplier")
    GRADE = "grade", _("Another grade")
    SITE = "site", _("Another site")
    PROCESS = "process", _("Another process")


class Nearness(State):
    """How near the end of a paper or of an approval is; the days are a setting."""

    PAST = "past", _("Past"), Tone.STOP
    URGENT = "urgent", _("Within days"), Tone.STOP
    SOON = "soon", _("Soon due"), Tone.WAIT
    COMING = "coming", _("Coming up"), Tone.INFO
    FAR = "far", _("Far off"), Tone.NEUTRAL


class DueKind(State):
    """What ends or falls due on a day of the calendar."""

    CREDENTIAL = "credential", _("Credential of a supplier")
    APPROVAL = "approval", _("Approval of a supplier")
    EVALUATION = "evaluation", _("Re-evaluation of a supplier")
    LICENCE = "licence", _("Own licence")


class SpecificationState(State):
    """One version of a material is in force at a time; an approved one is never edited."""

    DRAFT = "draft", _("Draft"), Tone.WAIT
    IN_FORCE = "in_force", _("In force"), Tone.OK
    RETIRED = "retired", _("Replaced"), Tone.NEUTRAL


class LotDecision(State):
    """What is decided about a lot."""

    RELEASE = "release", _("Release"), Tone.OK
    REJECT = "reject", _("Reject"), Tone.STOP
