"""States of an inspection, what it is for, what came out, and who made the test."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class Purpose(State):
    """Why something is inspected."""

    INCOMING = "incoming", _("Incoming inspection")
    IN_PROCESS = "in_process", _("In-process inspection")
    RELEASE = "release", _("Factory test of a batch")


class InspectionState(State):
    """How far the sheet is. Values are entered only while it is open."""

    OPEN = "open", _("Values being entered"), Tone.WAIT
    ENTERED = "entered", _("Waits for review"), Tone.WAIT
    REVIEWED = "reviewed", _("Waits for decision"), Tone.INFO
    DECIDED = "decided", _("Decided"), Tone.NEUTRAL


INSPECTION_MOVES = Workflow(
    (InspectionState.OPEN, InspectionState.ENTERED),
    (InspectionState.ENTERED, InspectionState.REVIEWED),
    (InspectionState.ENTERED, InspectionState.OPEN),
    (InspectionState.REVIEWED, InspectionState.OPEN),
    (InspectionState.REVIEWED, InspectionState.DECIDED),
)


class Outcome(State):
    """A verdict as people see it: of a specimen, a test, or the whole sheet."""

    PASS = "pass", _("Pass"), Tone.OK
    FAIL = "fail", _("Fail"), Tone.STOP
    INCOMPLETE = "incomplete", _("Incomplete"), Tone.WAIT


class Decision(State):
    """What the package above decided about the unit that was inspected."""

    ACCEPTED = "accepted", _("Accepted"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP


class Evidence(State):
    """Whose test it is. A key material is never released on the supplier's paper alone (R47)."""

    OWN = "own", _("own test")
    COMMISSIONED = "commissioned", _("commissioned test")
    CERTIFICATE = "certificate", _("supplier's certificate")


class InvestigationState(State):
    """How far the look into a failing result is: first the laboratory itself, then sampling and production."""

    LABORATORY = "laboratory", _("Phase 1: a laboratory error?"), Tone.WAIT
    WIDER = "wider", _("Phase 2: sampling, material, production"), Tone.WAIT
    CONCLUDED = "concluded", _("Concluded"), Tone.NEUTRAL


INVESTIGATION_MOVES = Workflow(
    (InvestigationState.LABORATORY, InvestigationState.WIDER),
    (InvestigationState.LABORATORY, InvestigationState.CONCLUDED),
    (InvestigationState.WIDER, InvestigationState.CONCLUDED),
)


class Cause(State):
    """Why a result is what it is. Only an error that was found and shown makes a result invalid."""

    NONE = "none", _("No assignable cause: the result stands"), Tone.STOP
    TRANSCRIPTION = "transcription", _("Written down wrongly; the raw record shows another value"), Tone.WAIT
    CALCULATION = "calculation", _("Calculated wrongly"), Tone.WAIT
    PREPARATION = "preparation", _("Sample prepared or conditioned wrongly"), Tone.WAIT
    METHOD = "method", _("Method not followed"), Tone.WAIT
    INSTRUMENT = "instrument", _("Instrument faulty"), Tone.WAIT
    SAMPLING = "sampling", _("Sample taken wrongly or damaged"), Tone.WAIT

    @property
    def assignable(self) -> bool:
        return self is not Cause.NONE


class CheckKind(State):
    """What is looked at in an investigation."""

    TRANSCRIPTION = "transcription", _("Raw record and transcription")
    CALCULATION = "calculation", _("Calculation")
    INSTRUMENT = "instrument", _("Instrument, calibration and its check")
    METHOD = "method", _("Method and conditions (flow, area, humidity)")
    SAMPLE = "sample", _("Sample, its label and conditioning")
    ANALYST = "analyst", _("Talk with the analyst")
    SAMPLING = "sampling", _("How and where the sample was taken")
    PRODUCTION = "production", _("Material and production record")
    OTHER = "other", _("Something else")


class RetestBasis(State):
    """On what a retest is made."""

    SAME_SAMPLE = "same_sample", _("The same sample")
    NEW_SAMPLE = "new_sample", _("A new sample of the same unit")
    RAW_RECORD = "raw_record", _("The raw record, read again by another analyst")


class Recheck(State):
    """What was found about a result whose instrument was not in calibration after all."""

    VALID = "valid", _("Still valid"), Tone.OK
    INVALID = "invalid", _("Not valid"), Tone.STOP


class LaboratoryState(State):
    """Whether tests may be given to an outside laboratory."""

    QUALIFIED = "qualified", _("Qualified"), Tone.OK
    SUSPENDED = "suspended", _("Suspended"), Tone.STOP
