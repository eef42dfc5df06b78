"""Lots, their certificates and their rolls."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Bytea,
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
from maskqms.lab.tables import Inspection
from maskqms.materials.states import (
    LotDecision,
)
from maskqms.materials.tables.orders import PurchaseLine
from maskqms.materials.tables.suppliers import Approval, Material, Specification, Supplier
from maskqms.workflow import check_in


class Lot(Table, tablename="lot", tags=["regulated"]):
    """A delivery; the key is its trace unit's. What was true of the supplier on the day is kept with it."""

    id = BigInt(primary_key=True, default=None)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    specification = ForeignKey(Specification, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    approval = ForeignKey(Approval, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    credentials = JSONB(default=None, null=False)
    supplier_lot = Varchar(120, default=None, null=False)
    manufacturer = Text(default=None, null=False)
    made_on = Date(default=None, null=True)
    expires_on = Date(default=None, null=True)
    delivery_note = Varchar(120, default=None, null=False)
    purchase_line = ForeignKey(
        PurchaseLine, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    no_order_reason = Text(default=None, null=True)
    life_days = Integer(default=None, null=True)
    metres = Numeric(default=None, null=True)
    kilograms = Numeric(default=None, null=True)
    received_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    received_at = Timestamptz(default=None, null=False)
    decision = Varchar(20, default=None, null=True)
    decision_reason = Text(default=None, null=True)
    decided_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    lot_ordered = Check("purchase_line IS NULL OR no_order_reason IS NULL")
    lot_measures = Check("life_days > 0 AND metres > 0 AND kilograms > 0")
    lot_once = Unique([supplier, material, supplier_lot, delivery_note])
    lot_decision = Check(f"decision IS NULL OR {check_in('decision', LotDecision)}")
    lot_decided = Check(
        "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)"
        " AND (decision IS NULL) = (signature IS NULL)"
    )


class LotCertificate(Table, tablename="lot_certificate", tags=["history"]):
    """A certificate that came with a lot; the trail keeps its digest, so that it is not exchanged unseen."""

    id = BigSerial(primary_key=True)
    lot = ForeignKey(Lot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    media_type = Varchar(120, default=None, null=False)
    digest = Varchar(64, default=None, null=False)
    content = Bytea(default=None, null=False)
    added_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    added_at = Timestamptz(default=None, null=False)

    lot_certificate_once = Unique([lot, digest])


class Roll(Table, tablename="roll", tags=["history"]):
    """A roll of a lot; the key is its trace unit's."""

    id = BigInt(primary_key=True, default=None)
    lot = ForeignKey(Lot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    number = Integer(default=None, null=False)
    supplier_roll = Varchar(120, default=None, null=True)
    metres = Numeric(default=None, null=True)
    kilograms = Numeric(default=None, null=True)

    roll_number = Unique([lot, number])
    roll_quantities = Check("metres > 0 AND kilograms > 0")
    roll_some_quantity = Check("metres IS NOT NULL OR kilograms IS NOT NULL")


class ConditionalRelease(Table, tablename="conditional_release", tags=["history"]):
    """A lot that may be used before a result is there: which results were missing, and why it could not wait (R8)."""

    id = BigSerial(primary_key=True)
    lot = ForeignKey(Lot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    missing = JSONB(default=None, null=False)
    reason = Text(default=None, null=False)
    released_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    released_at = Timestamptz(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    conditional_release_reason = Check("reason <> '' AND reason = btrim(reason)")


class RetestRule(Table, tablename="retest_rule", tags=["regulated"]):
    """How long a material keeps what it was bought for before it must be tested again, and by which tests."""

    id = BigSerial(primary_key=True)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    days = Integer(default=None, null=False)
    tests = Array(base_column=Varchar(), default=None, null=False)
    set_by = Text(default=None, null=False)
    set_at = Timestamptz(default=None, null=False)

    retest_rule_days = Check("days > 0")


class LotRetest(Table, tablename="lot_retest", tags=["history"]):
    """Until when a lot may be used without being tested again: set by the release and by every passed retest; the last
    row counts."""

    id = BigSerial(primary_key=True)
    lot = ForeignKey(Lot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    due_on = Date(default=None, null=False)
    inspection = ForeignKey(Inspection, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    set_by = Text(default=None, null=False)
    set_at = Timestamptz(default=None, null=False)
