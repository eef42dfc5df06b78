"""Which page a code opens: units by their kind, everything else by the letters its number begins with."""

from __future__ import annotations

from urllib.parse import quote

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.trace.queries.units import resolve_scan
from maskqms.trace.states import UnitKind
from maskqms.web.scan import ScannedCode

PAGES = {UnitKind.LOT: "/lots", UnitKind.BATCH: "/batches"}
"""Kinds with a page of their own; every other unit, and every imported one, opens at /units."""

NUMBERS = (
    ("OOS-", "/investigations", "SELECT 1 FROM investigation WHERE code = $1"),
    ("IN-", "/inspections", "SELECT 1 FROM inspection WHERE code = $1"),
    ("SA-", "/samples", "SELECT 1 FROM sample WHERE code = $1"),
    ("SH-", "/shipments", "SELECT 1 FROM shipment WHERE code = $1"),
    ("PO-", "/purchase-orders", "SELECT 1 FROM purchase_order WHERE code = $1"),
    ("DV-", "/deviations", "SELECT 1 FROM deviation WHERE code = $1"),
    ("SR-", "/returns", "SELECT 1 FROM goods_return WHERE code = $1"),
    ("DS-", "/destructions", "SELECT 1 FROM destruction WHERE code = $1"),
    ("RG-", "/regrades", "SELECT 1 FROM regrade WHERE code = $1"),
    ("COC-", "/certificates", "SELECT 1 FROM certificate WHERE number = $1"),
    ("CC-", "/stock/counts", "SELECT 1 FROM stock_count WHERE code = $1"),
    ("EX-", "/storage/excursions", "SELECT 1 FROM storage_excursion WHERE code = $1"),
    ("", "/locations", "SELECT 1 FROM location WHERE code = $1"),
    ("", "/suppliers", "SELECT 1 FROM supplier WHERE code = $1"),
    ("", "/materials", "SELECT 1 FROM material WHERE code = $1"),
    ("", "/products", "SELECT 1 FROM product WHERE code = $1"),
    ("", "/instruments", "SELECT 1 FROM instrument WHERE code = $1"),
    ("", "/consignees", "SELECT 1 FROM consignee WHERE code = $1"),
)


async def address_of(scan: ScannedCode) -> str:
    """The page of the record behind a code. Raises NotFound."""
    unit = await resolve_scan(scan)
    if unit is not None:
        page = PAGES.get(unit.kind, "/units") if unit.import_id is None else "/units"
        return f"{page}/{quote(unit.code, safe='')}"
    for prefix, page, query in NUMBERS:
        if scan.text.startswith(prefix) and await sql.fetch_value(query, scan.text):
            suffix = ".pdf" if page == "/certificates" else ""
            return f"{page}/{quote(scan.text)}{suffix}"
    raise NotFound(scan.text)
