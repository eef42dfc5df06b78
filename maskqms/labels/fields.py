"""The facts of labels by their names, and how long each may be to stay readable in its place.

The sizes behind the rooms are those of the templates: who changes a place there changes its room here.
"""

from __future__ import annotations

from collections.abc import Mapping

from maskqms.i18n import Text, _

FIELD_NAMES: Mapping[str, Text] = {
    "code": _("Code"),
    "status": _("Status"),
    "item": _("Name"),
    "item_en": _("English name"),
    "material": _("Material code"),
    "specification": _("Specification"),
    "supplier": _("Supplier"),
    "supplier_lot": _("Supplier's lot"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "received_on": _("Received on"),
    "usable_until": _("Usable until"),
    "storage": _("Storage"),
    "inspection": _("Inspection"),
    "released_by": _("Released by"),
    "released_on": _("Released on"),
    "lot": _("Lot"),
    "number": _("Number"),
    "of": _("Taken from"),
    "taken_by": _("Taken by"),
    "taken_on": _("Taken at"),
    "container": _("Container"),
    "kilograms": _("Net weight"),
    "made_on": _("Made on"),
    "product": _("Product"),
    "product_en": _("English product name"),
    "model": _("Model"),
    "standard": _("Standard"),
    "batch": _("Batch number"),
    "expires_on": _("Expires on"),
    "pieces": _("Pieces"),
    "boxes": _("Boxes"),
    "gtin": _("GTIN"),
    "serial": _("Serial number"),
    "sscc": _("SSCC"),
    "registration": _("Registration certificate"),
    "licence": _("Production licence"),
    "maker": _("Manufacturer"),
    "sterile": _("Sterility"),
    "gross_kilograms": _("Gross weight"),
    "size": _("Carton size"),
    "single_use": _("Single use"),
    "link": _("Public address"),
    "purpose": _("Purpose"),
}

# Room of each text at the smallest print that is read, in ems: a Chinese character takes one, a Latin letter half.
USUAL_ROOM = 22.0
ROOM: Mapping[str, float] = {"item": 40, "item_en": 32, "unit": 6, "number": 10, "released_by": 8, "link": 200}
BOX_ROOM: Mapping[str, float] = {
    **dict.fromkeys(("standard", "batch", "registration", "licence"), 13.5),
    "model": 26,
    "product": 23,
    "product_en": 25,
    "maker": 60,
    "sterile": 12,
    "storage": 16,
}
CARTON_ROOM: Mapping[str, float] = {
    "product": 36,
    "product_en": 32,
    "maker": 46,
    "sterile": 12,
    "storage": 22,
    "size": 12,
    "link": 200,
}
