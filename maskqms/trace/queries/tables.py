"""The tables beside a genealogy: which rows a filter leaves, on the screen and in the file people take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from maskqms.i18n import Text, _
from maskqms.trace.queries.answer import Item, Trace, TracedShipment, TracedUnit
from maskqms.trace.states import UnitKind, UnitState
from maskqms.workflow import State

Cell = str | Decimal | int
KINDS = {str(kind): kind for kind in UnitKind}
STATES = {str(state): state for state in UnitState}


class View(State):
    """Which table of an answer."""

    UNITS = "units", _("Units")
    SHIPPED = "shipped", _("Shipped")
    STOPPABLE = "stoppable", _("Can still be stopped")
    ON_HAND = "on_hand", _("On hand")
    SHIPMENTS = "shipments", _("Shipments")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader wants to see of a table."""

    view: View
    kind: str
    text: str


HEADS: Mapping[View, tuple[Text, ...]] = {
    View.UNITS: (_("Code"), _("Kind"), _("Depth"), _("Quantity"), _("Unit"), _("Share"), _("State")),
    View.SHIPPED: (_("Code"), _("Kind"), _("Quantity"), _("Unit"), _("Consignee")),
    View.STOPPABLE: (_("Code"), _("Kind"), _("Quantity"), _("Unit"), _("Where")),
    View.ON_HAND: (_("Code"), _("Kind"), _("Quantity"), _("Unit"), _("Where")),
    View.SHIPMENTS: (_("Shipment"), _("Consignee"), _("Shipped on"), _("Units")),
}


def unit_rows(answer: Trace, chosen: Filter) -> list[TracedUnit]:
    """By depth and code."""
    text = chosen.text.casefold()
    rows = (row for row in answer.units() if not chosen.kind or row.kind == chosen.kind)
    return sorted((row for row in rows if text in row.code.casefold()), key=lambda row: (row.depth, row.code))


def item_rows(answer: Trace, chosen: Filter) -> list[Item]:
    """Of one of the three lists, by code and place."""
    lists = answer.lists
    items = {View.SHIPPED: lists.shipped, View.STOPPABLE: lists.stoppable, View.ON_HAND: lists.on_hand}[chosen.view]
    text = chosen.text.casefold()
    return sorted(
        item
        for item in items
        if (not chosen.kind or item.kind == chosen.kind)
        and (text in item.code.casefold() or text in item.where.casefold())
    )


def shipment_rows(answer: Trace, chosen: Filter) -> list[TracedShipment]:
    text = chosen.text.casefold()
    return [s for s in answer.shipments if text in s.code.casefold() or text in s.consignee.casefold()]


def rows_of(answer: Trace, chosen: Filter) -> Sequence[TracedUnit | Item | TracedShipment]:
    if chosen.view is View.UNITS:
        return unit_rows(answer, chosen)
    return shipment_rows(answer, chosen) if chosen.view is View.SHIPMENTS else item_rows(answer, chosen)


def cells_of(row: TracedUnit | Item | TracedShipment) -> list[Cell]:
    """A row as a spreadsheet has it: words in the reader's language, numbers as numbers."""
    if isinstance(row, TracedUnit):
        kind, state = str(KINDS[row.kind].label), str(STATES[row.state].label)
        return [row.code, kind, row.depth, row.quantity, row.unit, Decimal(f"{row.share:.9f}"), state]
    if isinstance(row, Item):
        return [row.code, str(KINDS[row.kind].label), row.quantity, row.unit, row.where]
    return [row.code, row.consignee, row.date, " ".join(row.units)]
