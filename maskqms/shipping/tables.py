"""What shipping adds to the spine's shipments: a consignee's terms, the second person's check, papers, the ledger.

Consignees, shipments and lines themselves live in `trace`, where a recall reads them.
"""

from __future__ import annotations

from piccolo.columns import (
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
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account
from maskqms.trace.tables import Consignee, Shipment, ShipmentLine, TraceUnit


class ConsigneeTerms(Table, tablename="consignee_terms", tags=["regulated"]):
    """What was agreed with a consignee, and the paper that lets them buy; judged on the ship date (R95)."""

    id = BigSerial(primary_key=True)
    consignee = ForeignKey(Consignee, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    min_remaining_days = Integer(default=None, null=False)
    credential = Text(default=None, null=True)
    credential_until = Date(default=None, null=True)
    changed_at = Timestamptz(default=None, null=False)

    consignee_terms_days = Check("min_remaining_days BETWEEN 0 AND 3650")
    consignee_terms_credential = Check("credential IS NOT NULL OR credential_until IS NULL")


class OutboundCheck(Table, tablename="outbound_check", tags=["history"]):
    """A second person scanned what the first one picked (R96, S59). A line picked again is checked again."""

    id = BigSerial(primary_key=True)
    line = ForeignKey(ShipmentLine, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    checker = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    checker_name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)


class ShipmentPapers(Table, tablename="shipment_papers", tags=["history"]):
    """How the goods travelled (R98)."""

    id = BigSerial(primary_key=True)
    shipment = ForeignKey(Shipment, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    carrier = Text(default=None, null=False)
    waybill = Text(default=None, null=True)
    delivery_note = Text(default=None, null=True)
    conditions = Text(default=None, null=True)


class SaleRecord(Table, tablename="sale_record", tags=["history"]):
    """One line of the sales ledger with every field the law names, as it was on the day of sale (R97).

    Nothing here is looked up later: a consignee who moves does not change where the goods went.
    """

    id = BigSerial(primary_key=True)
    line = ForeignKey(ShipmentLine, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    shipment = ForeignKey(Shipment, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    batch = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    batch_number = Varchar(80, default=None, null=False)
    device_name = Text(default=None, null=False)
    model = Text(default=None, null=False)
    quantity = Numeric(default=None, null=False)
    unit = Varchar(20, default=None, null=False)
    udi = Text(default=None, null=True)
    expires_on = Date(default=None, null=False)
    sold_on = Date(default=None, null=False)
    buyer = Text(default=None, null=False)
    address = Text(default=None, null=False)
    contact = Text(default=None, null=False)
    certificate = Varchar(40, default=None, null=True)

    sale_record_quantity = Check("quantity > 0")
    sale_record_filled = Check(
        "btrim(device_name) <> '' AND btrim(model) <> '' AND btrim(buyer) <> '' AND btrim(address) <> ''"
        " AND btrim(contact) <> ''"
    )
