"""What a unit's page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from maskqms.db.clock import local
from maskqms.i18n import Text, _
from maskqms.trace.queries.balance import Balance
from maskqms.trace.queries.holds import HoldRow
from maskqms.trace.queries.neighbours import LedgerLine, MovementLine, Neighbour, ShippedLine
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import plain
from maskqms.trace.states import measure_word
from maskqms.web.filters import number
from maskqms.web.parts import Fact


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit of any kind: its state, what stops it, what it is made of, where it went, whether it adds up."""

    unit: UnitRow
    facts: Sequence[Fact]
    holds: Sequence[HoldRow]
    balance: Balance
    parts: Sequence[Fact]
    parents: Sequence[Neighbour]
    children: Sequence[Neighbour]
    edges: tuple[int, int]
    shipped: Sequence[ShippedLine]
    movements: Sequence[MovementLine]
    ledger: Sequence[LedgerLine]
    may_hold: bool

    @property
    def attributed(self) -> str:
        """What the residue comes from, in words."""
        words = {
            "adjust": _("stock counts"),
            "imported_history": _("imported history"),
            "unexplained": _("nothing on record explains it"),
        }
        parts = self.balance.attributed.items()
        return "; ".join(
            f"{plain(quantity)} {measure_word(self.balance.unit)}, {words[name]}" for name, quantity in parts
        )


def amount(quantity: Decimal, unit: str) -> Text:
    """A quantity as the tables show it."""
    return _("{quantity} {unit}", quantity=number(quantity), unit=measure_word(unit))


def last_day(usable_until: datetime | None) -> date | None:
    """The limit is the first moment at which it is too late; people know the day before, in the factory."""
    return None if usable_until is None else local(usable_until - timedelta(seconds=1)).date()


def unit_facts(unit: UnitRow) -> list[Fact]:
    """What is known of a unit, without what nobody knows."""
    facts: list[tuple[Text, Any]] = [
        (_("Kind"), unit.kind.label),
        (_("Recorded"), amount(unit.quantity, unit.unit)),
        (_("On hand"), amount(unit.on_hand, unit.unit)),
        (_("Made on"), unit.made_on),
        (_("Usable until"), last_day(unit.usable_until)),
        (_("Supplier"), unit.supplier),
        (_("Supplier's lot"), unit.supplier_lot),
        (_("Place"), unit.location),
    ]
    return [Fact(label, value) for label, value in facts if value is not None]


def balance_facts(balance: Balance) -> list[Fact]:
    parts = [
        (_("In"), balance.received),
        (_("Into other units"), balance.linked),
        (_("Shipped"), balance.shipped),
        (_("Picked, not shipped"), balance.picked),
        (_("Taken back"), balance.restocked),
        (_("Scrap"), balance.scrap),
        (_("Samples"), balance.all_samples),
        (_("Returned"), balance.returned),
        (_("On hand"), balance.on_hand),
        (_("Residue"), balance.residue),
    ]
    always = {0, 1, 8, 9}
    return [
        Fact(label, amount(value, balance.unit)) for at, (label, value) in enumerate(parts) if value or at in always
    ]
