"""The balance of any unit: in = out + scrap + samples + returned + on hand, and what the rest is attributed to.

It comes from the same ledger and movements that the acts write; a residue means that something was not written down,
or that history was imported which does not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.trace.queries.document import number
from maskqms.trace.states import MovementKind, UnitKind


@dataclass(frozen=True, slots=True)
class Balance:
    """Everything in the unit's own measure. `linked` and `shipped` make up `out`; `picked` waits on open shipments."""

    code: str
    kind: UnitKind
    unit: str
    received: Decimal
    linked: Decimal
    shipped: Decimal
    picked: Decimal
    restocked: Decimal
    scrap: Decimal
    samples: Decimal
    retained: Decimal
    returned: Decimal
    adjusted: Decimal
    on_hand: Decimal
    imported: bool

    @property
    def out(self) -> Decimal:
        """What left it for another unit or a customer, less what customers sent back."""
        return self.linked + self.shipped + self.picked - self.restocked

    @property
    def all_samples(self) -> Decimal:
        return self.samples + self.retained

    @property
    def residue(self) -> Decimal:
        """What is missing (positive) or too much (negative)."""
        return self.received - self.out - self.scrap - self.all_samples - self.returned - self.on_hand

    @property
    def attributed(self) -> dict[str, Decimal]:
        """What the residue comes from, as far as the records say; the parts sum up to it."""
        rest = self.residue
        parts: dict[str, Decimal] = {}
        if self.adjusted:
            parts[str(MovementKind.ADJUST)] = -self.adjusted
            rest += self.adjusted
        if rest:
            parts["imported_history" if self.imported else "unexplained"] = rest
        return parts

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "kind": str(self.kind),
            "unit": self.unit,
            "in": number(self.received),
            "out": number(self.out),
            "scrap": number(self.scrap),
            "samples": number(self.all_samples),
            "returned": number(self.returned),
            "on_hand": number(self.on_hand),
            "residue": number(self.residue),
            "attributed": {name: number(quantity) for name, quantity in self.attributed.items()},
        }


async def balance(code: str) -> Balance:
    """NotFound when there is no such unit."""
    row = await sql.one_as(Balance, sql.load("maskqms.trace", "balance.sql"), code)
    if row is None:
        raise NotFound(code)
    return row
