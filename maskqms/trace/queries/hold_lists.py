"""The three lists of a hold: what of its units has left and to whom, what can still be stopped, what lies in the house.

Over the units that the hold stops, so that a stretch, a product or a supplier has its lists as a unit has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from maskqms.db import sql
from maskqms.trace.queries.answer import Item
from maskqms.trace.queries.tables import View
from maskqms.trace.rules import plain
from maskqms.trace.states import UnitKind

LISTS = (View.SHIPPED, View.STOPPABLE, View.ON_HAND)


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """An entry, and how many its list has; `place` as in the lists of a trace, `name` the consignee's."""

    view: View
    code: str
    kind: UnitKind
    quantity: Decimal
    unit: str
    place: str
    name: str | None
    total: int

    @property
    def item(self) -> Item:
        return Item(self.code, str(self.kind), plain(self.quantity), self.unit, self.place)


async def lists_of_hold(hold_id: int, *, first: int | None) -> Mapping[View, list[ListedUnit]]:
    """All three in one statement, the first entries of each or all of them."""
    found: dict[View, list[ListedUnit]] = {view: [] for view in LISTS}
    for row in await sql.fetch_as(ListedUnit, sql.load("maskqms.trace", "hold_lists.sql"), hold_id, first):
        found[row.view].append(row)
    return found
