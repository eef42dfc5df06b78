"""Inspections with their frozen plan, and every value that was ever entered."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Date,
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
from maskqms.devices.tables import Calibration, Instrument, Reading, Verification
from maskqms.lab.states import (
    Cause,
    CheckKind,
    Decision,
    InspectionState,
    InvestigationState,
    LaboratoryState,
    Outcome,
    Purpose,
    Recheck,
    RetestBasis,
)
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class Inspection(Table, tablename="inspection", tags=["regulated"]):
    """One worksheet: what must be found out about one unit, how far that is, and what came of it.

    `handed_in_at` is when entry was last finished; sending the sheet back does not clear it, so a value that was handed
    in as failing stays one.
    """

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
    handed_in_at = Timestamptz(default=None, null=True)

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


class Investigation(Table, tablename="investigation", tags=["regulated"]):
    """The look into a test that was handed in as failing: what may have gone wrong, what was checked, what came out."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    test = Varchar(60, default=None, null=False)
    state = Varchar(20, default=None, null=False)
    why = Text(default=None, null=False)
    hypothesis = Text(default=None, null=True)
    opened_by = Text(default=None, null=False)
    opened_at = Timestamptz(default=None, null=False)
    cause = Varchar(20, default=None, null=True)
    conclusion = Text(default=None, null=True)
    concluded_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    concluded_at = Timestamptz(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    investigation_once = Unique([inspection, test])
    investigation_state = Check(check_in("state", InvestigationState))
    investigation_cause = Check(f"cause IS NULL OR {check_in('cause', Cause)}")
    investigation_concluded = Check(
        "(state = 'concluded') = (concluded_at IS NOT NULL) AND (concluded_at IS NULL) = (concluded_by IS NULL)"
        " AND (concluded_at IS NULL) = (cause IS NULL) AND (concluded_at IS NULL) = (conclusion IS NULL)"
        " AND (concluded_at IS NULL) = (signature IS NULL)"
    )


class InvestigationCheck(Table, tablename="investigation_check", tags=["history"]):
    """One thing that was looked at, and what was found."""

    id = BigSerial(primary_key=True)
    investigation = ForeignKey(
        Investigation, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    kind = Varchar(20, default=None, null=False)
    finding = Text(default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)

    investigation_check_kind = Check(check_in("kind", CheckKind))


class Retest(Table, tablename="retest", tags=["history"]):
    """A retest that quality allowed: which specimens, on what, why. Its values are results of their own."""

    id = BigSerial(primary_key=True)
    investigation = ForeignKey(
        Investigation, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    ordinal = Integer(default=None, null=False)
    basis = Varchar(20, default=None, null=False)
    specimens = Array(base_column=Integer(), default=None, null=False)
    reason = Text(default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    retest_ordinal = Unique([investigation, ordinal])
    retest_basis = Check(check_in("basis", RetestBasis))


class LabResult(Table, tablename="lab_result", tags=["history"]):
    """A value as entered, with its verdict then. A correction is another row that supersedes it, with the reason.

    `instrument` is what it was measured with, also when it was typed; a value of a `retest` stands beside the first.
    """

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
    instrument = ForeignKey(Instrument, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    retest = ForeignKey(Retest, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    lab_result_outcome = Check(check_in("outcome", Outcome))
    lab_result_specimen = Check("specimen >= 1")
    lab_result_reason = Check("(supersedes IS NULL) = (reason IS NULL)")


class ResultInvalidation(Table, tablename="result_invalidation", tags=["history"]):
    """A result that does not count any more, with the cause that was found and the signature; it stays readable."""

    id = BigSerial(primary_key=True)
    result = ForeignKey(LabResult, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    investigation = ForeignKey(Investigation, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    cause = Varchar(20, default=None, null=False)
    reason = Text(default=None, null=False)
    name = Text(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    result_invalidation_cause = Check(check_in("cause", Cause) + " AND cause <> 'none'")


class ResultRecheck(Table, tablename="result_recheck", tags=["history"]):
    """A result re-evaluated because its instrument failed a calibration or a check afterwards (R125), signed."""

    id = BigSerial(primary_key=True)
    result = ForeignKey(LabResult, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    calibration = ForeignKey(Calibration, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    verification = ForeignKey(Verification, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    verdict = Varchar(20, default=None, null=False)
    reason = Text(default=None, null=False)
    deviation = Varchar(40, default=None, null=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    result_recheck_calibration = Unique([result, calibration])
    result_recheck_verification = Unique([result, verification])
    result_recheck_verdict = Check(check_in("verdict", Recheck))
    result_recheck_of = Check("(calibration IS NULL) <> (verification IS NULL)")


class Laboratory(Table, tablename="laboratory", tags=["regulated"]):
    """An outside laboratory that tests may be given to: its accreditation, what for, and until when."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    name = Text(default=None, null=False)
    accreditation = Varchar(80, default=None, null=False)
    scope = Array(base_column=Varchar(), default=None, null=False)
    valid_until = Date(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    entered_by = Text(default=None, null=False)
    entered_at = Timestamptz(default=None, null=False)

    laboratory_state = Check(check_in("state", LaboratoryState))
    laboratory_code = Check("code <> '' AND code = btrim(code)")


class OutsideReport(Table, tablename="outside_report", tags=["history"]):
    """The report of an outside laboratory behind a test. `justification` says why a test meant for here went out."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    test = Varchar(60, default=None, null=False)
    laboratory = ForeignKey(Laboratory, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    report = Varchar(80, default=None, null=False)
    reported_on = Date(default=None, null=False)
    justification = Text(default=None, null=True)
    name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)

    outside_report_once = Unique([inspection, test, laboratory, report])
