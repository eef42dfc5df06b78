"""Master records and batches. A batch, a box and a carton share the key of their trace unit.

Material issued, output and findings are only ever added to; a wrong entry is reversed by a second one.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
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
from maskqms.batches.states import BatchState, ClearanceMoment, ClearanceState, MasterState, OutputKind, ScrapReason
from maskqms.products.tables import Product
from maskqms.quality.tables import ChangeControl
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class MasterRecord(Table, tablename="master_record", tags=["regulated"]):
    """How a product is made, version by version: bill of materials, route, lines, limits of the balances."""

    id = BigSerial(primary_key=True)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    version = Integer(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    standard = Varchar(60, default=None, null=False)
    grade = Varchar(40, default=None, null=True)
    variants = Array(base_column=Varchar(), default=None, null=False)
    bill = JSONB(default=None, null=False)
    route = JSONB(default=None, null=False)
    lines = Array(base_column=Varchar(), default=None, null=False)
    yield_from = Numeric(default=None, null=False)
    piece_tolerance = Integer(default=None, null=False)
    change = Text(default=None, null=False)
    author = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    created_at = Timestamptz(default=None, null=False)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    in_force_from = Timestamptz(default=None, null=True)
    retired_at = Timestamptz(default=None, null=True)

    master_record_version = Unique([product, version])
    master_record_state = Check(check_in("state", MasterState))
    master_record_numbers = Check("version > 0 AND yield_from BETWEEN 0 AND 1 AND piece_tolerance >= 0")
    master_record_approved = Check("state <> 'in_force' OR (signature IS NOT NULL AND in_force_from IS NOT NULL)")


class Batch(Table, tablename="batch", tags=["regulated"]):
    """A batch. From the start on, `snapshot` says by what it is made; the database lets nobody change it. `change` is
    the change that it is made to validate: it takes what nothing else may, and goes out only with the change (R46)."""

    id = BigInt(primary_key=True, default=None, null=False)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    master_record = ForeignKey(MasterRecord, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    line = Varchar(40, default=None, null=False)
    planned = Numeric(default=None, null=False)
    planned_for = Date(default=None, null=False)
    change = ForeignKey(ChangeControl, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    state = Varchar(20, default=None, null=False)
    snapshot = JSONB(default=None, null=True)
    standard = Varchar(60, default=None, null=True)
    edition = Varchar(60, default=None, null=True)
    made_on = Date(default=None, null=True)
    expires_on = Date(default=None, null=True)
    created_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    created_at = Timestamptz(default=None, null=False)
    started_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    started_at = Timestamptz(default=None, null=True)
    completed_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    completed_at = Timestamptz(default=None, null=True)
    counted = Numeric(default=None, null=True)
    balances = JSONB(default=None, null=True)
    concluded_at = Timestamptz(default=None, null=True)

    batch_state = Check(check_in("state", BatchState))
    batch_planned = Check("planned > 0")
    batch_started = Check(
        "state IN ('planned', 'cancelled') OR (snapshot IS NOT NULL AND edition IS NOT NULL AND made_on IS NOT NULL"
        " AND expires_on IS NOT NULL AND master_record IS NOT NULL AND started_at IS NOT NULL)"
    )
    batch_complete = Check(
        "state NOT IN ('complete', 'released', 'rejected') OR (counted IS NOT NULL AND balances IS NOT NULL)"
    )


class Clearance(Table, tablename="clearance", tags=["regulated"]):
    """A line cleared by one person and checked by another, for one batch (R65)."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    line = Varchar(40, default=None, null=False)
    moment = Varchar(10, default=None, null=False)
    state = Varchar(10, default=None, null=False)
    checklist = JSONB(default=None, null=False)
    done_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    done_at = Timestamptz(default=None, null=False)
    done_signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    checked_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    checked_at = Timestamptz(default=None, null=True)
    checked_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    remark = Text(default=None, null=True)
    valid_until = Timestamptz(default=None, null=True)

    clearance_moment = Check(check_in("moment", ClearanceMoment))
    clearance_state = Check(check_in("state", ClearanceState))
    clearance_checked = Check(
        "(state = 'done') = (checked_by IS NULL) AND (checked_by IS NULL) = (checked_at IS NULL)"
        " AND (checked_by IS NULL) = (checked_signature IS NULL)"
    )
    clearance_two_persons = Check("checked_by <> done_by")


class BatchIssue(Table, tablename="batch_issue", tags=["history"]):
    """A roll or lot issued to a batch, or unused material that came back (negative), with its line of the ledger."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    link = BigInt(default=None, null=False)
    material = Varchar(60, default=None, null=False)
    quantity = Numeric(default=None, null=False)
    unit_of_measure = Varchar(20, default=None, null=False)
    first_to_expire = Boolean(default=None, null=False)
    conditional = Boolean(default=None, null=False)
    reason = Text(default=None, null=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    batch_issue_quantity = Check("quantity <> 0")
    batch_issue_choice = Check("first_to_expire OR reason IS NOT NULL")


class BatchOutput(Table, tablename="batch_output", tags=["history"]):
    """What the machine made and what became of it; `made` and `taken` are the movements of the batch's unit."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    kind = Varchar(20, default=None, null=False)
    quantity = Numeric(default=None, null=False)
    scrap_reason = Varchar(20, default=None, null=True)
    note = Text(default=None, null=True)
    made = BigInt(default=None, null=False)
    taken = BigInt(default=None, null=True)
    reverses: ForeignKey[Any] = ForeignKey(
        "self", null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    batch_output_kind = Check(check_in("kind", OutputKind))
    batch_output_reason = Check(check_in("scrap_reason", ScrapReason))
    batch_output_scrap = Check("(kind = 'scrap') = (scrap_reason IS NOT NULL)")
    batch_output_sign = Check("(quantity > 0) = (reverses IS NULL) AND quantity <> 0")
    batch_output_other = Check("scrap_reason <> 'other' OR note IS NOT NULL")


class Carton(Table, tablename="carton", tags=["regulated"]):
    """A carton of one batch; unpacked it keeps its number, which is not used again."""

    id = BigInt(primary_key=True, default=None, null=False)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    number = Integer(default=None, null=False)
    boxes = Integer(default=None, null=False)
    pieces = Numeric(default=None, null=False)
    gtin = Varchar(14, default=None, null=True)
    sscc = Varchar(18, default=None, null=True, unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    packed_at = Timestamptz(default=None, null=False)
    unpacked_at = Timestamptz(default=None, null=True)
    unpacked_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    unpacked_reason = Text(default=None, null=True)

    carton_number = Unique([batch, number])
    carton_content = Check("boxes > 0 AND pieces > 0")
    carton_unpacked = Check(
        "(unpacked_at IS NULL) = (unpacked_by IS NULL) AND (unpacked_at IS NULL) = (unpacked_reason IS NULL)"
    )


class Box(Table, tablename="box", tags=["regulated"]):
    """A box of one batch, loose or in a carton."""

    id = BigInt(primary_key=True, default=None, null=False)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    number = Integer(default=None, null=False)
    pieces = Numeric(default=None, null=False)
    carton = ForeignKey(Carton, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    packed_at = Timestamptz(default=None, null=False)

    box_number = Unique([batch, number])
    box_pieces = Check("pieces > 0")


class BatchFinding(Table, tablename="batch_finding", tags=["history"]):
    """Quality found why a balance is off and confirms that the goods are safe (R66); void when the figures change."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    cause = Text(default=None, null=False)
    figures = Varchar(64, default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)
