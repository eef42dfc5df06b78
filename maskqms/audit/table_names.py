"""What the audited tables are called where people read the trail; a test keeps it complete."""

from __future__ import annotations

from maskqms.i18n import Text, _

TABLES: dict[str, Text] = {
    "account": _("Account"),
    "approval": _("Approval"),
    "badge": _("Badge"),
    "batch": _("Batch"),
    "batch_finding": _("Finding"),
    "batch_issue": _("Issue"),
    "batch_output": _("Output"),
    "box": _("Box"),
    "calibration": _("Calibration"),
    "carton": _("Carton"),
    "certificate": _("Certificate of conformity"),
    "clearance": _("Line clearance"),
    "consignee": _("Consignee"),
    "consignee_terms": _("Terms of a consignee"),
    "credential": _("Credential"),
    "credential_file": _("File of a credential"),
    "credential_rule": _("Credentials required"),
    "deviation": _("Deviation"),
    "entered_limit": _("Entered limit"),
    "gateway": _("Gateway"),
    "history_import": _("Imported history"),
    "hold": _("Hold"),
    "inspection": _("Inspection"),
    "instrument": _("Instrument"),
    "lab_result": _("Result"),
    "licence": _("Licence"),
    "location": _("Place"),
    "location_move": _("Put away"),
    "lot": _("Lot"),
    "master_record": _("Master record"),
    "material": _("Material"),
    "outbound_check": _("Outbound check"),
    "product": _("Product"),
    "reading_use": _("Use of a reading"),
    "release_authorisation": _("Release authorisation"),
    "release_record": _("Release record"),
    "release_review": _("Batch review"),
    "roll": _("Roll"),
    "sale_record": _("Sale"),
    "shipment": _("Shipment"),
    "shipment_line": _("Shipment line"),
    "shipment_papers": _("Shipment papers"),
    "signature": _("Signature"),
    "specification": _("Specification"),
    "stock_count": _("Stock count"),
    "stock_count_limit": _("Limit of stock counts"),
    "stock_count_line": _("Line of a stock count"),
    "storage_excursion": _("Excursion"),
    "storage_limit": _("Storage limits"),
    "storage_reading": _("Storage reading"),
    "supplier": _("Supplier"),
    "trace_link": _("Trace link"),
    "trace_unit": _("Trace unit"),
    "unit_movement": _("Movement"),
}


def table_name(name: str) -> Text | str:
    """The word for a table; one that has none is shown as it is stored."""
    return TABLES.get(name, name)
