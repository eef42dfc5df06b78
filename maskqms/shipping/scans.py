"""What a scan at the gate means: a unit, and what its label says beside the number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maskqms.errors import NotFound
from maskqms.trace.queries.units import UnitRow, gs1_elements, resolve_scan
from maskqms.web.scan import read_scan


@dataclass(frozen=True, slots=True)
class Scanned:
    """The unit, and the elements its label carried (none when its own code was typed)."""

    unit: UnitRow
    elements: Mapping[str, str]


async def read_unit(raw: str) -> Scanned:
    """The unit that a wedge, a camera or a person means; NotFound says what the code looked like."""
    code = read_scan(raw)
    unit = await resolve_scan(code)
    if unit is None:
        raise NotFound(code.text)
    return Scanned(unit, {} if code.text.upper() == unit.code else gs1_elements(code))
