"""Returns to the supplier, destructions before witnesses, and regrades; each names the units it is about."""

from __future__ import annotations

from piccolo.columns import BigSerial, ForeignKey, Numeric, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.dispositions.states import DestructionState, RegradeState
from maskqms.materials.tables.lots import Lot
from maskqms.materials.tables.suppliers import Material, Supplier
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class GoodsReturn(Table, tablename="goods_return", tags=["history"]):
    """Rejected goods handed to a carrier for their supplier, with the number of the note that travels with them."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    waybill = Varchar(120, default=None, null=False)
    carrier = Text(default=None, null=False)
    reason = Text(default=None, null=False)
    returned_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    returned_at = Timestamptz(default=None, null=False)


class GoodsReturnLine(Table, tablename="goods_return_line", tags=["history"]):
    """A unit that went back, with all that was left of it."""

    id = BigSerial(primary_key=True)
    goods_return = ForeignKey(GoodsReturn, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    quantity = Numeric(default=None, null=False)

    goods_return_line_once = Unique([goods_return, unit])
    goods_return_line_quantity = Check("quantity > 0")


class Destruction(Table, tablename="destruction", tags=["regulated"]):
    """Rejected goods to be destroyed: two persons see it and sign, each with a password of their own."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    method = Text(default=None, null=False)
    reason = Text(default=None, null=False)
    state = Varchar(20, default=None, null=False, index=True)
    planned_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    planned_at = Timestamptz(default=None, null=False)
    first_witness = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    first_at = Timestamptz(default=None, null=True)
    first_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    second_witness = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    second_at = Timestamptz(default=None, null=True)
    second_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    cancelled_at = Timestamptz(default=None, null=True)
    cancel_reason = Text(default=None, null=True)

    destruction_state = Check(check_in("state", DestructionState))
    destruction_two_persons = Check("second_witness IS NULL OR second_witness <> first_witness")
    destruction_witnessed = Check(
        "(state = 'done') = (second_signature IS NOT NULL) AND (first_witness IS NULL) = (first_signature IS NULL)"
        " AND (second_witness IS NULL) = (second_signature IS NULL)"
        " AND (second_signature IS NULL OR first_signature IS NOT NULL)"
    )
    destruction_cancelled = Check(
        "(state = 'cancelled') = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL)"
    )


class DestructionLine(Table, tablename="destruction_line", tags=["history"]):
    """A unit to be destroyed, with all that was left of it."""

    id = BigSerial(primary_key=True)
    destruction = ForeignKey(Destruction, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    quantity = Numeric(default=None, null=False)

    destruction_line_once = Unique([destruction, unit])
    destruction_line_quantity = Check("quantity > 0")


class Regrade(Table, tablename="regrade", tags=["regulated"]):
    """A rejected unit that is to become another material; the unit itself stays rejected."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    quantity = Numeric(default=None, null=False)
    reason = Text(default=None, null=False)
    state = Varchar(20, default=None, null=False, index=True)
    requested_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    requested_at = Timestamptz(default=None, null=False)
    decided_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=True)
    decision_reason = Text(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    lot = ForeignKey(Lot, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    regrade_state = Check(check_in("state", RegradeState))
    regrade_quantity = Check("quantity > 0")
    regrade_two_persons = Check("decided_by IS NULL OR decided_by <> requested_by")
    regrade_decided = Check(
        "(state = 'requested') = (signature IS NULL) AND (signature IS NULL) = (decided_by IS NULL)"
        " AND (signature IS NULL) = (decided_at IS NULL) AND (state = 'approved') = (lot IS NOT NULL)"
    )
