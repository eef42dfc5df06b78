"""Words of suppliers, credentials, approvals, materials and specifications. A lot's state is its unit's (trace)."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.standards.switching import Ruling
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
    INSTRUCTION = "instruction", _("Instructions for use")


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
    MAKER = "maker", _("Another maker")
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
    """One version of a material is in force at a time; an approved one is never edited. What is stored is only that a
    version is a draft or was put in force: which one holds at a moment is said by the days from which they are."""

    DRAFT = "draft", _("Draft"), Tone.WAIT
    COMING = "coming", _("Approved, in force later"), Tone.INFO
    IN_FORCE = "in_force", _("In force"), Tone.OK
    RETIRED = "retired", _("Replaced"), Tone.NEUTRAL


class SamplingRule(State):
    """What quality rules about how a supplier's lots are sampled. The first three are those of ISO 2859-1."""

    ALLOW_REDUCED = Ruling.ALLOW_REDUCED.value, Ruling.ALLOW_REDUCED.label
    END_REDUCED = Ruling.END_REDUCED.value, Ruling.END_REDUCED.label
    RESUME = Ruling.RESUME.value, Ruling.RESUME.label
    SKIP_ON = "skip_on", _("Skip lots")
    SKIP_OFF = "skip_off", _("Skip lots no longer")


class OrderState(State):
    """A purchase order. What is delivered moves it on; a person ends it before that, with a reason."""

    DRAFT = "draft", _("Draft"), Tone.WAIT
    PLACED = "placed", _("Ordered"), Tone.INFO
    PART_DELIVERED = "part_delivered", _("Part delivered"), Tone.WAIT
    CLOSED = "closed", _("Closed"), Tone.OK
    CANCELLED = "cancelled", _("Cancelled"), Tone.NEUTRAL


AWAITED = (OrderState.PLACED, OrderState.PART_DELIVERED)
"""Goods of such an order are still to come."""

ORDER_MOVES = Workflow(
    (OrderState.DRAFT, OrderState.PLACED),
    (OrderState.DRAFT, OrderState.CANCELLED),
    (OrderState.PLACED, OrderState.PART_DELIVERED),
    (OrderState.PLACED, OrderState.CLOSED),
    (OrderState.PLACED, OrderState.CANCELLED),
    (OrderState.PART_DELIVERED, OrderState.CLOSED),
)


class LotDecision(State):
    """What is decided about a lot."""

    RELEASE = "release", _("Release"), Tone.OK
    CONDITIONAL = "conditional", _("Conditionally released"), Tone.WAIT
    REJECT = "reject", _("Reject"), Tone.STOP
    PART = "part", _("Part rejected"), Tone.WAIT
