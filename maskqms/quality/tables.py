"""Deviations and changes."""

from __future__ import annotations

from piccolo.columns import BigSerial, ForeignKey, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.quality.states import ChangeState, DeviationState
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class Deviation(Table, tablename="deviation", tags=["regulated"]):
    """Something that is not as it should be with one unit: what, what was done at once, and what quality concluded."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    title = Text(default=None, null=False)
    description = Text(default=None, null=False)
    immediate_action = Text(default=None, null=True)
    source = Varchar(60, default=None, null=True)
    state = Varchar(20, default=None, null=False)
    opened_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    opener_name = Text(default=None, null=False)
    opened_at = Timestamptz(default=None, null=False)
    conclusion = Text(default=None, null=True)
    closed_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    closed_at = Timestamptz(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    deviation_state = Check(check_in("state", DeviationState))
    deviation_closed = Check(
        "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by IS NULL)"
        " AND (closed_at IS NULL) = (conclusion IS NULL) AND (closed_at IS NULL) = (signature IS NULL)"
    )
    deviation_two_persons = Check("closed_by IS NULL OR opened_by IS NULL OR closed_by <> opened_by")


class ChangeControl(Table, tablename="change_control", tags=["regulated"]):
    """A change that must be shown to do no harm before it is routine: what changes, how it is validated, and what
    quality concluded (R46). What it is about (a source of a material) is named by the package that opened it."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    title = Text(default=None, null=False)
    description = Text(default=None, null=False)
    source = Varchar(60, default=None, null=True)
    state = Varchar(20, default=None, null=False, index=True)
    opened_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    opened_at = Timestamptz(default=None, null=False)
    conclusion = Text(default=None, null=True)
    decided_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    change_control_state = Check(check_in("state", ChangeState))
    change_control_decided = Check(
        "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
        " AND (decided_at IS NULL) = (conclusion IS NULL) AND (decided_at IS NULL) = (signature IS NULL)"
    )
    change_control_two_persons = Check("decided_by IS NULL OR decided_by <> opened_by")
