"""Deviations."""

from __future__ import annotations

from piccolo.columns import BigSerial, ForeignKey, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.quality.states import DeviationState
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
