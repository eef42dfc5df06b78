"""The closed words of master records and batches, and the moves between them."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class MasterState(State):
    DRAFT = "draft", _("Draft"), Tone.WAIT
    IN_FORCE = "in_force", _("In force"), Tone.OK
    RETIRED = "retired", _("No longer in force"), Tone.NEUTRAL


MASTER_MOVES = Workflow(
    (MasterState.DRAFT, MasterState.IN_FORCE),
    (MasterState.DRAFT, MasterState.RETIRED),
    (MasterState.IN_FORCE, MasterState.RETIRED),
)


class BatchState(State):
    """Where a batch stands; whether it is held stands beside it, on its trace unit."""

    PLANNED = "planned", _("Planned"), Tone.NEUTRAL
    IN_PRODUCTION = "in_production", _("In production"), Tone.INFO
    COMPLETE = "complete", _("Production complete"), Tone.WAIT
    RELEASED = "released", _("Released"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP
    CANCELLED = "cancelled", _("Cancelled"), Tone.NEUTRAL


BATCH_MOVES = Workflow(
    (BatchState.PLANNED, BatchState.IN_PRODUCTION),
    (BatchState.PLANNED, BatchState.CANCELLED),
    (BatchState.IN_PRODUCTION, BatchState.COMPLETE),
    (BatchState.COMPLETE, BatchState.RELEASED),
    (BatchState.COMPLETE, BatchState.REJECTED),
)


class ClearanceMoment(State):
    BEFORE = "before", _("Before the start")
    AFTER = "after", _("After the end")


class ClearanceState(State):
    DONE = "done", _("Cleared, not checked yet"), Tone.WAIT
    CHECKED = "checked", _("Cleared and checked"), Tone.OK
    FAULTY = "faulty", _("Not clean when checked"), Tone.STOP


class ClearancePoint(State):
    """What a line clearance looks at (R65)."""

    MATERIAL = "material", _("No material of another batch on the line")
    PRODUCT = "product", _("No masks, boxes or cartons left over")
    LABELS = "labels", _("No labels or printed packaging of another batch")
    DOCUMENTS = "documents", _("No papers of another batch")
    EQUIPMENT = "equipment", _("Machine and tables clean")
    STATUS = "status", _("Status board shows this batch")


class OutputKind(State):
    """What became of the pieces that the machine made; each piece is counted once."""

    GOOD = "good", _("Good"), Tone.OK
    SCRAP = "scrap", _("Scrap"), Tone.STOP
    SAMPLE = "sample", _("Sample for the lab"), Tone.INFO
    RETAINED = "retained", _("Retained sample"), Tone.INFO


class ScrapReason(State):
    """Why pieces were scrapped, in the words of a mask line."""

    EAR_LOOP = "ear_loop", _("Ear loop loose or missing")
    WELD = "weld", _("Weld open or burnt")
    NOSE_WIRE = "nose_wire", _("Nose wire missing or shifted")
    FOLD = "fold", _("Fold or shape wrong")
    DIRT = "dirt", _("Dirt, hair or oil")
    HOLE = "hole", _("Hole or tear")
    START = "start", _("Start-up and adjustment")
    COUNT = "count", _("Difference of the count")
    OTHER = "other", _("Other")


class Deed(State):
    """How a person took part in a batch; who did any of these neither reviews that part nor releases it (R11)."""

    STARTED = "started", _("Started the batch")
    CLEARED = "cleared", _("Cleared the line")
    CHECKED = "checked", _("Checked the clearance")
    ISSUED = "issued", _("Issued material")
    RECORDED = "recorded", _("Recorded output")
    PACKED = "packed", _("Packed")
    COMPLETED = "completed", _("Completed production")
