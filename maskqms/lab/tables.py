"""Inspections with their frozen plan, and every value that was ever entered."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Bytea,
    ForeignKey,
    Integer,
    Numeric,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.devices.tables import Instrument, Reading
from maskqms.lab.states import Decision, DefectClass, InspectionState, Outcome, Purpose, SampleState
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class Inspection(Table, tablename="inspection", tags=["regulated"]):
    """One worksheet: what must be found out about one unit, how far that is, and what came of it."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    purpose = Varchar(20, default=None, null=False)
    subject = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    title = Text(default=None, null=False)
    source = Text(default=None, null=False)
    plan = JSONB(default=None, null=False)
    needed = Integer(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    outcome = Varchar(20, default=None, null=True)
    opened_by = Text(default=None, null=False)
    opened_at = Timestamptz(default=None, null=False)
    due_at = Timestamptz(default=None, null=True)
    entered_by = Text(default=None, null=True)
    entered_at = Timestamptz(default=None, null=True)
    reviewer = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    reviewed_at = Timestamptz(default=None, null=True)
    review_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decision = Varchar(20, default=None, null=True)
    decider = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=True)
    decision_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    inspection_purpose = Check(check_in("purpose", Purpose))
    inspection_state = Check(check_in("state", InspectionState))
    inspection_outcome = Check(f"outcome IS NULL OR {check_in('outcome', Outcome)}")
    inspection_entered = Check("(state = 'open') = (entered_at IS NULL) AND (entered_at IS NULL) = (outcome IS NULL)")
    inspection_reviewed = Check(
        "(state IN ('reviewed', 'decided')) = (reviewed_at IS NOT NULL)"
        " AND (reviewed_at IS NULL) = (reviewer IS NULL) AND (reviewed_at IS NULL) = (review_signature IS NULL)"
    )
    inspection_decided = Check(
        "(state = 'decided') = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decider IS NULL)"
        " AND (decided_at IS NULL) = (decision_signature IS NULL) AND (decided_at IS NULL) = (decision IS NULL)"
    )
    inspection_decision = Check(f"decision IS NULL OR {check_in('decision', Decision)}")
    inspection_three_persons = Check("decider IS NULL OR reviewer IS NULL OR decider <> reviewer")


class LabResult(Table, tablename="lab_result", tags=["history"]):
    """A value as entered, with its verdict then. A correction is another row that supersedes it, with the reason."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    test = Varchar(60, default=None, null=False)
    specimen = Integer(default=None, null=False)
    text = Varchar(60, default=None, null=False)
    value = Numeric(default=None, null=True)
    outcome = Varchar(20, default=None, null=False)
    analyst = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    analyst_name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)
    reading = ForeignKey(Reading, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    supersedes = BigInt(default=None, null=True, unique=True)
    reason = Text(default=None, null=True)

    lab_result_outcome = Check(check_in("outcome", Outcome))
    lab_result_specimen = Check("specimen >= 1")
    lab_result_reason = Check("(supersedes IS NULL) = (reason IS NULL)")


class Sample(Table, tablename="sample", tags=["regulated"]):
    """A piece of a unit on its way through the lab: who took it, how much, for which sheet, in whose hands it is."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    quantity = Numeric(default=None, null=False)
    movement = BigInt(default=None, null=False, unique=True)
    container = Text(default=None, null=True)
    storage = Text(default=None, null=True)
    state = Varchar(20, default=None, null=False)
    holder = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    taken_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    taken_name = Text(default=None, null=False)
    taken_at = Timestamptz(default=None, null=False)

    sample_state = Check(check_in("state", SampleState))
    sample_quantity = Check("quantity > 0")


class SampleStep(Table, tablename="sample_step", tags=["history"]):
    """One link of a sample's chain of custody."""

    id = BigSerial(primary_key=True)
    sample = ForeignKey(Sample, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    state = Varchar(20, default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    holder = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    storage = Text(default=None, null=True)
    note = Text(default=None, null=True)
    at = Timestamptz(default=None, null=False)

    sample_step_state = Check(check_in("state", SampleState))


class TallyEntry(Table, tablename="tally_entry", tags=["history"]):
    """What was seen on pieces of an attribute inspection: so many good ones, or one defect on one piece."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    test = Varchar(60, default=None, null=False)
    piece = Integer(default=None, null=False)
    pieces = Integer(default=None, null=False)
    defect_class = Varchar(20, default=None, null=True)
    defect = Text(default=None, null=True)
    analyst = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    analyst_name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)

    tally_entry_class = Check(f"defect_class IS NULL OR {check_in('defect_class', DefectClass)}")
    tally_entry_pieces = Check("piece >= 1 AND pieces >= 1 AND (defect_class IS NULL OR pieces = 1)")


class TallyUndo(Table, tablename="tally_undo", tags=["history"]):
    """An entry of a tally that does not count, with the reason; the entry itself stays readable."""

    id = BigSerial(primary_key=True)
    entry = ForeignKey(TallyEntry, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)
    reason = Text(default=None, null=False)


class CertificateValue(Table, tablename="certificate_value", tags=["history"]):
    """What the supplier's certificate says of a test. It stands beside the own values and is never one of them."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    test = Varchar(60, default=None, null=False)
    text = Varchar(60, default=None, null=False)
    value = Numeric(default=None, null=True)
    certificate = Text(default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)
    supersedes = BigInt(default=None, null=True, unique=True)
    reason = Text(default=None, null=True)

    certificate_value_reason = Check("(supersedes IS NULL) = (reason IS NULL)")


class ColumnMap(Table, tablename="column_map", tags=["regulated"]):
    """How the files of an instrument are read: which of its columns says what."""

    id = BigSerial(primary_key=True)
    instrument = ForeignKey(
        Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    columns = JSONB(default=None, null=False)
    saved_by = Text(default=None, null=False)
    saved_at = Timestamptz(default=None, null=False)


class ResultFile(Table, tablename="result_file", tags=["history"]):
    """A file an instrument wrote, kept as it came; results that were taken from it name it and its line."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    instrument = ForeignKey(Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    digest = Varchar(64, default=None, null=False)
    content = Bytea(default=None, null=False)
    brought_by = Text(default=None, null=False)
    brought_at = Timestamptz(default=None, null=False)


class ResultLine(Table, tablename="result_line", tags=["history"]):
    """The line of an instrument's file behind a result, as it was written there."""

    id = BigSerial(primary_key=True)
    result = ForeignKey(LabResult, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    file = ForeignKey(ResultFile, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    line_number = Integer(default=None, null=False)
    text = Text(default=None, null=False)

    result_line_once = Unique([file, line_number])
