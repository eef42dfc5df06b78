"""States of an inspection, what it is for, what came out, and who made the test."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class Purpose(State):
    """Why something is inspected."""

    INCOMING = "incoming", _("Incoming inspection")
    IN_PROCESS = "in_process", _("In-process inspection")
    RELEASE = "release", _("Factory test of a batch")
    RETEST = "retest", _("Retest of stored material")


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


class SampleState(State):
    """Where a sample is on its way. In the hands of the person named, until it is used up or kept."""

    TAKEN = "taken", _("Taken"), Tone.WAIT
    HANDED = "handed", _("Handed over"), Tone.WAIT
    RECEIVED = "received", _("Received in the lab"), Tone.INFO
    IN_TEST = "in_test", _("In test"), Tone.INFO
    RETAINED = "retained", _("Retained"), Tone.OK
    DISPOSED = "disposed", _("Disposed of"), Tone.NEUTRAL


SAMPLE_MOVES = Workflow(
    (SampleState.TAKEN, SampleState.HANDED),
    (SampleState.TAKEN, SampleState.RECEIVED),
    (SampleState.HANDED, SampleState.RECEIVED),
    (SampleState.RECEIVED, SampleState.HANDED),
    (SampleState.RECEIVED, SampleState.IN_TEST),
    (SampleState.RECEIVED, SampleState.RETAINED),
    (SampleState.RECEIVED, SampleState.DISPOSED),
    (SampleState.IN_TEST, SampleState.RETAINED),
    (SampleState.IN_TEST, SampleState.DISPOSED),
    (SampleState.RETAINED, SampleState.IN_TEST),
    (SampleState.RETAINED, SampleState.DISPOSED),
)


class DefectClass(State):
    """How much a defect weighs."""

    CRITICAL = "critical", _("Critical"), Tone.STOP
    MAJOR = "major", _("Major"), Tone.STOP
    MINOR = "minor", _("Minor"), Tone.WAIT


class DueView(State):
    """The parts of an inspector's day."""

    MINE = "mine", _("Mine"), Tone.INFO
    REVIEW = "review", _("Waits for my review"), Tone.WAIT
    LATE = "late", _("Late"), Tone.STOP
