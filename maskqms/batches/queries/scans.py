"""Which unit a scan at the line means."""

from __future__ import annotations

from maskqms.errors import NotFound
from maskqms.trace.queries.units import UnitRow, resolve_scan
from maskqms.web.scan import read_scan


async def unit_of_scan(raw: str) -> UnitRow:
    """The unit; NotFound with what was read when nothing here carries this code."""
    scanned = read_scan(raw)
    unit = await resolve_scan(scanned)
    if unit is None:
        raise NotFound(scanned.text or raw)
    return unit
