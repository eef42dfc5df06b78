"""What is bought, and what of it was sent away at the door."""

from __future__ import annotations

from piccolo.columns import (
    Array,
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

from maskqms.accounts.tables import Account
from maskqms.materials.states import (
    OrderState,
)
from maskqms.materials.tables.suppliers import Material, Specification, Supplier
from maskqms.workflow import check_in


class PurchaseOrder(Table, tablename="purchase_order", tags=["regulated"]):
    """What is bought of a supplier; placed only while it may deliver (R42). Goods that come close it by themselves."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    state = Varchar(20, default=None, null=False)
    note = Text(default=None, null=True)
    drafted_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    drafted_at = Timestamptz(default=None, null=False)
    ordered_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    ordered_at = Timestamptz(default=None, null=True)
    ended_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    ended_at = Timestamptz(default=None, null=True)
    ended_reason = Text(default=None, null=True)

    purchase_order_state = Check(check_in("state", OrderState))
    purchase_order_placed = Check(
        "(ordered_at IS NULL) = (ordered_by IS NULL) AND (state <> 'draft' OR ordered_at IS NULL)"
        " AND (state IN ('draft', 'cancelled') OR ordered_at IS NOT NULL)"
    )
    purchase_order_ended = Check(
        "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL) AND (ended_by IS NULL) = (ended_reason IS NULL)"
        " AND (state <> 'cancelled' OR ended_by IS NOT NULL)"
    )


class PurchaseLine(Table, tablename="purchase_line", tags=["regulated"]):
    """A material of an order, with the version of its specification that was ordered (S15)."""

    id = BigSerial(primary_key=True)
    purchase_order = ForeignKey(PurchaseOrder, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    number = Integer(default=None, null=False)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    specification = ForeignKey(Specification, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    quantity = Numeric(default=None, null=False)
    due_on = Date(default=None, null=False)
    over_percent = Numeric(default=None, null=False)
    removed_at = Timestamptz(default=None, null=True)

    purchase_line_number = Unique([purchase_order, number])
    purchase_line_quantity = Check("quantity > 0 AND over_percent BETWEEN 0 AND 100")


class RefusedGoods(Table, tablename="refused_goods", tags=["history"]):
    """Goods that were sent away at the door; they never become stock."""

    id = BigSerial(primary_key=True)
    purchase_line = ForeignKey(
        PurchaseLine, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    delivery_note = Varchar(120, default=None, null=False)
    supplier_lot = Varchar(120, default=None, null=True)
    quantity = Numeric(default=None, null=False)
    rolls = Array(base_column=Varchar(), default=None, null=False)
    reason = Text(default=None, null=False)
    refused_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    refused_at = Timestamptz(default=None, null=False)

    refused_goods_quantity = Check("quantity > 0")
