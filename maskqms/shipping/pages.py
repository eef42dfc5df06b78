"""What the pages of shipping show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.i18n import Text, _
from maskqms.shipping.queries import ConsigneeLine, Papers, PickedRow, SaleRow, ShipmentLine
from maskqms.shipping.rules import Terms
from maskqms.trace.queries.shipments import ShipmentRow
from maskqms.trace.rules import plain
from maskqms.trace.states import ShipmentState
from maskqms.web.forms import Form
from maskqms.web.parts import Column, Fact, Option, Paging
from maskqms.workflow import Tone

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ConsigneesPage:
    lines: Sequence[ConsigneeLine]
    paging: Paging
    form: Form[Any]
    may_create: bool


@dataclass(frozen=True, slots=True)
class NewConsigneePage:
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class ConsigneePage:
    """A consignee with the terms, and what went there."""

    terms: Terms
    facts: Sequence[Fact]
    shipments: Sequence[ShipmentLine]
    form: Form[Any]
    may_change: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class ShipmentsPage:
    lines: Sequence[ShipmentLine]
    paging: Paging
    form: Form[Any]
    states: Sequence[Option]
    consignees: Sequence[Option]
    may_open: bool


@dataclass(frozen=True, slots=True)
class Goods:
    """What stands on a shipment: the fragment that a scan renews, in office and at the gate."""

    shipment: ShipmentRow
    lines: Sequence[PickedRow]
    may_remove: bool = False

    @property
    def columns(self) -> Sequence[Column]:
        heads = [
            Column(_("Carton")),
            Column(_("Quantity"), _("pieces"), numeric=True),
            Column(_("Use by")),
            Column(_("Picked by")),
            Column(_("Second check by")),
        ]
        return [*heads, Column("")] if self.may_remove else heads

    @property
    def checked(self) -> int:
        return sum(line.checked_by is not None for line in self.lines)

    @property
    def pieces(self) -> str:
        return plain(sum((line.quantity for line in self.lines), start=_ZERO))

    @property
    def latest(self) -> Sequence[PickedRow]:
        """At the gate the last scan stands on top."""
        return list(reversed(self.lines))

    @property
    def unchecked(self) -> Sequence[PickedRow]:
        return [line for line in self.lines if line.checked_by is None]


@dataclass(frozen=True, slots=True)
class ShipmentPage:
    """A shipment at the desk: goods, papers, the sales ledger."""

    goods: Goods
    terms: Terms
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    papers: Papers | None
    sales: Sequence[SaleRow]
    form: Form[Any]
    may_work: bool
    ready: bool


@dataclass(frozen=True, slots=True)
class StationShipmentsPage:
    """The tasks at the gate: one tile a shipment that is being picked."""

    lines: Sequence[ShipmentLine]


@dataclass(frozen=True, slots=True)
class StationShipmentPage:
    """One shipment at the gate. `checking`: the second person's scan instead of the first one's."""

    goods: Goods
    checking: bool


def band_of(goods: Goods) -> tuple[Tone, Text]:
    """In one sentence what stands between the shipment and the road."""
    match goods.shipment.state:
        case ShipmentState.CONFIRMED:
            return Tone.OK, _(
                "Left on {day}, confirmed by {name}.", day=goods.shipment.shipped_on, name=goods.shipment.confirmer
            )
        case ShipmentState.CANCELLED:
            return Tone.NEUTRAL, _("Cancelled; everything is on hand again.")
    if not goods.lines:
        return Tone.WAIT, _("Nothing is picked yet.")
    left = len(goods.unchecked)
    if left:
        return Tone.WAIT, _("{n} cartons wait for the check by a second person.", n=left)
    return Tone.OK, _("All cartons are checked; the shipment can leave.")


def facts_of(goods: Goods, terms: Terms) -> list[Fact]:
    return [
        Fact(_("Consignee"), f"{terms.code} {terms.name}", f"/consignees/{terms.code}"),
        Fact(_("Address"), terms.address),
        Fact(_("Cartons"), len(goods.lines)),
        Fact(_("Pieces"), goods.pieces),
        Fact(_("Second check"), f"{goods.checked} / {len(goods.lines)}"),
    ]


def consignee_facts(terms: Terms) -> list[Fact]:
    return [
        Fact(_("Address"), terms.address),
        Fact(_("Contact"), terms.contact),
        Fact(_("Country"), terms.country),
        Fact(_("Least remaining days"), terms.min_remaining_days),
        Fact(_("Licence of the buyer"), terms.credential),
        Fact(_("Licence until"), terms.credential_until),
    ]
