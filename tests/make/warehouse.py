"""Builders of the warehouse: places of every kind and units that stand in them."""

from __future__ import annotations

from maskqms.materials.actions.locations import enter_location, put_away
from maskqms.materials.queries.locations import LocationRow
from maskqms.materials.stock_states import LocationKind
from tests.conftest import People

CODES = {
    LocationKind.AWAITING: "W-01",
    LocationKind.QUALIFIED: "Q-01",
    LocationKind.LINE: "L1-IN",
    LocationKind.REJECTED: "X-01",
    LocationKind.HOLD: "H-01",
    LocationKind.RETURNS: "B-01",
    LocationKind.RECALL: "C-01",
}


async def places(people: People) -> dict[LocationKind, str]:
    """One place of each kind."""
    for kind, code in CODES.items():
        await place(people, code, kind)
    return CODES


async def place(people: People, code: str, kind: LocationKind) -> LocationRow:
    return await enter_location(code=code, name_zh=f"库位 {code}", kind=kind, actor=people.warehouse)


async def put(people: People, unit: str, code: str) -> None:
    await put_away(unit, location=code, actor=people.warehouse)
