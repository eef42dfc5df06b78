"""History as it was read: rows of plain values, with the line they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class UnitIn:
    line: int
    kind: str
    code: str
    item: str
    quantity: Decimal
    unit: str
    made_on: date | None
    expires_on: date | None
    supplier: str | None
    supplier_lot: str | None
    state: str


@dataclass(frozen=True, slots=True)
class LinkIn:
    line: int
    parent: str
    child: str
    activity: str
    quantity: Decimal
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsigneeIn:
    line: int
    code: str
    name: str
    address: str | None
    contact: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class ShipmentIn:
    line: int
    code: str
    consignee: str
    shipped_on: date


@dataclass(frozen=True, slots=True)
class LineIn:
    line: int
    shipment: str
    unit: str
    quantity: Decimal
    unit_of_measure: str


@dataclass(slots=True)
class History:
    """Everything of a folder that could be read; whole only when there is no fault."""

    units: dict[str, UnitIn] = field(default_factory=dict)
    links: list[LinkIn] = field(default_factory=list)
    consignees: dict[str, ConsigneeIn] = field(default_factory=dict)
    shipments: dict[str, ShipmentIn] = field(default_factory=dict)
    lines: list[LineIn] = field(default_factory=list)
    seen: dict[str, dict[str, int] | None] = field(default_factory=dict)
    """File -> codes that stand in it, with their line, even where the rest of their row is wrong: nobody is unknown for
    a bad date. None for a file that could not be read at all."""

    def codes_of(self, file: str) -> dict[str, int]:
        """The codes that a file brings, with their lines, whatever else is wrong with it."""
        return self.seen.get(file) or {}

    def counts(self) -> dict[str, int]:
        """Rows by file."""
        return {
            "units.csv": len(self.units),
            "links.csv": len(self.links),
            "consignees.csv": len(self.consignees),
            "shipments.csv": len(self.shipments),
            "shipment_lines.csv": len(self.lines),
        }
