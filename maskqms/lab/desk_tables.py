"""What the lab keeps beside its sheets: samples and who has them, tallies, certificates, files of instruments."""

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

from maskqms.accounts.tables import Account
from maskqms.devices.tables import Instrument
from maskqms.lab.states import DefectClass, SampleState
from maskqms.lab.tables import Inspection, LabResult
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


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
