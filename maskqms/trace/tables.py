"""Units, the ledger of links, movements, holds, shipments and imports.

Quantities are exact; the ledger and the movements are only ever added to. `trace_edge`, the net of the ledger with
the share of the parent that went into the child, has a double key that Piccolo cannot describe: see the raw migration.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    JSONB,
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

from maskqms.trace.states import Activity, HoldState, HoldSubject, MovementKind, ShipmentState, UnitKind, UnitState
from maskqms.workflow import check_in


class HistoryImport(Table, tablename="history_import", tags=["regulated"]):
    """One folder of history, loaded whole: the digests of its files and of the rows that came of them."""

    id = BigSerial(primary_key=True)
    digests = JSONB(default=None, null=False)
    loaded = JSONB(default=None, null=False)
    rows_digest = Text(default=None, null=True)
    warnings = Integer(default=None, null=False)
    actor = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)


class TraceUnit(Table, tablename="trace_unit", tags=["regulated"]):
    """Every thing with an identity. Its feature's table (lot, batch, carton, ...) shares the key.

    `held` is derived from the holds: a cascade sets it on thousands of rows, and the hold's own rows tell of it.
    """

    DERIVED = ("held",)

    id = BigSerial(primary_key=True)
    kind = Varchar(20, default=None, null=False)
    code = Varchar(80, default=None, null=False, unique=True)
    item = Text(default=None, null=False)
    quantity = Numeric(default=None, null=False)
    unit = Varchar(20, default=None, null=False)
    on_hand = Numeric(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    held = Boolean(default=None, null=False)
    made_on = Date(default=None, null=True)
    usable_until = Timestamptz(default=None, null=True)
    supplier = Text(default=None, null=True)
    supplier_lot = Text(default=None, null=True)
    location = Text(default=None, null=True)
    identifiers = JSONB(default=None, null=False)
    import_id = ForeignKey(HistoryImport, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    created_at = Timestamptz(default=None, null=False)

    trace_unit_kind = Check(check_in("kind", UnitKind))
    trace_unit_state = Check(check_in("state", UnitState))
    trace_unit_quantity = Check("quantity >= 0")
    trace_unit_on_hand = Check("on_hand >= 0")
    trace_unit_code = Check("code <> '' AND code = btrim(code)")
    trace_unit_unit = Check("unit <> ''")


class TraceLink(Table, tablename="trace_link", tags=["history"]):
    """The ledger. A reversing link carries the negative quantity and names the link it reverses.

    `reverses` has no foreign key and nothing is unique but the key, so the ledger can be partitioned by month.
    `at` is when it happened, `recorded_at` when it was written down; `drawn` whether it took from the parent's stock.
    """

    id = BigSerial(primary_key=True)
    parent = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    child = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    activity = Varchar(20, default=None, null=False)
    quantity = Numeric(default=None, null=False)
    unit = Varchar(20, default=None, null=False)
    drawn = Boolean(default=None, null=False)
    span_from = Numeric(default=None, null=True)
    span_to = Numeric(default=None, null=True)
    window_from = Timestamptz(default=None, null=True)
    window_to = Timestamptz(default=None, null=True)
    at = Timestamptz(default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)
    actor = Text(default=None, null=False)
    reverses = BigInt(default=None, null=True)
    reason = Text(default=None, null=True)
    import_id = BigInt(default=None, null=True)

    trace_link_activity = Check(check_in("activity", Activity))
    trace_link_not_itself = Check("parent <> child")
    trace_link_sign = Check("(quantity > 0) = (reverses IS NULL AND activity <> 'return') AND quantity <> 0")
    trace_link_span = Check("(span_from IS NULL) = (span_to IS NULL) AND span_from <= span_to")
    trace_link_window = Check("(window_from IS NULL) = (window_to IS NULL) AND window_from <= window_to")


class UnitMovement(Table, tablename="unit_movement", tags=["history"]):
    """What left or joined a unit without becoming another unit; a wrong one is reversed by its negative."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    kind = Varchar(20, default=None, null=False)
    quantity = Numeric(default=None, null=False)
    at = Timestamptz(default=None, null=False)
    actor = Text(default=None, null=False)
    reverses: ForeignKey[Any] = ForeignKey(
        "self", null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    reason = Text(default=None, null=True)

    unit_movement_kind = Check(check_in("kind", MovementKind))
    unit_movement_sign = Check(
        "quantity <> 0 AND (kind IN ('correct', 'adjust') OR (quantity > 0) = (reverses IS NULL))"
    )


class UnitStateChange(Table, tablename="unit_state_change", tags=["history", "unaudited"]):
    """Each state a unit came into after its first, so that an answer about the past can say what it was then."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    before = Varchar(20, default=None, null=False)
    after = Varchar(20, default=None, null=False)
    at = Timestamptz(default=None, null=False)
    actor = Text(default=None, null=False)
    reason = Text(default=None, null=True)

    unit_state_change_before = Check(check_in("before", UnitState))
    unit_state_change_after = Check(check_in("after", UnitState))


class Hold(Table, tablename="hold", tags=["regulated"]):
    """One decision to stop, with its origin; what it stops are rows of `hold_unit`."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    subject_kind = Varchar(20, default=None, null=False)
    subject = Text(default=None, null=False)
    unit = ForeignKey(TraceUnit, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    span_from = Numeric(default=None, null=True)
    span_to = Numeric(default=None, null=True)
    reason = Text(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    placed_by = Text(default=None, null=False)
    placed_at = Timestamptz(default=None, null=False)
    lifted_by = Text(default=None, null=True)
    lifted_at = Timestamptz(default=None, null=True)
    lift_reason = Text(default=None, null=True)
    signature = BigInt(default=None, null=True)

    hold_state = Check(check_in("state", HoldState))
    hold_subject = Check(check_in("subject_kind", HoldSubject))
    hold_span = Check("(span_from IS NULL) = (span_to IS NULL) AND span_from <= span_to")
    hold_lifted = Check(
        "(state = 'lifted') = (lifted_by IS NOT NULL AND lifted_at IS NOT NULL AND lift_reason IS NOT NULL)"
    )


class HoldUnit(Table, tablename="hold_unit", tags=["history", "unaudited"]):
    """A unit stopped by a hold: from the beginning, or later because it was made of one that was."""

    id = BigSerial(primary_key=True)
    hold = ForeignKey(Hold, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    inherited = Boolean(default=None, null=False)
    at = Timestamptz(default=None, null=False)

    hold_unit_once = Unique([hold, unit])


class Consignee(Table, tablename="consignee", tags=["regulated"]):
    """Whoever goods are sent to: without name, address and contact nobody can be warned (R113)."""

    id = BigSerial(primary_key=True)
    code = Varchar(80, default=None, null=False, unique=True)
    name = Text(default=None, null=False)
    address = Text(default=None, null=True)
    contact = Text(default=None, null=True)
    country = Text(default=None, null=True)
    import_id = ForeignKey(HistoryImport, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    created_at = Timestamptz(default=None, null=False)


class Shipment(Table, tablename="shipment", tags=["regulated"]):
    """Goods that leave together to one consignee; until confirmed they can still be stopped."""

    id = BigSerial(primary_key=True)
    code = Varchar(80, default=None, null=False, unique=True)
    consignee = ForeignKey(Consignee, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    state = Varchar(20, default=None, null=False)
    shipped_on = Date(default=None, null=True)
    created_by = Text(default=None, null=False)
    created_at = Timestamptz(default=None, null=False)
    confirmed_by = Text(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    import_id = ForeignKey(HistoryImport, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    shipment_state = Check(check_in("state", ShipmentState))
    shipment_confirmed = Check(
        "(state = 'confirmed') = (shipped_on IS NOT NULL AND confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL)"
    )


class ShipmentLine(Table, tablename="shipment_line", tags=["regulated"]):
    """A unit, or part of it, on a shipment. The consignee is copied here: a recall reads lines, not shipments.

    A unit may stand in many lines, also of one shipment. A line taken off before confirming stays, with its moment.
    """

    id = BigSerial(primary_key=True)
    shipment = ForeignKey(Shipment, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    quantity = Numeric(default=None, null=False)
    unit_of_measure = Varchar(20, default=None, null=False)
    consignee = ForeignKey(Consignee, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    added_by = Text(default=None, null=False)
    added_at = Timestamptz(default=None, null=False)
    removed_by = Text(default=None, null=True)
    removed_at = Timestamptz(default=None, null=True)
    import_id = ForeignKey(HistoryImport, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    shipment_line_quantity = Check("quantity > 0")
    shipment_line_removed = Check("(removed_at IS NULL) = (removed_by IS NULL)")
