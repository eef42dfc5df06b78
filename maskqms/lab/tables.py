"""Inspections with their frozen plan, and every value that was ever entered."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    ForeignKey,
    Integer,
    Numeric,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.devices.tables import Reading
from maskqms.lab.states import Decision, InspectionState, Outcome, Purpose
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
