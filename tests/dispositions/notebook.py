"""What somebody writes down who only watches the factory, and what the rules' text then says of each roll.

It never looks into the database and calls nothing of the product: it is told what was done, and keeps its own books of
decisions, days, holds, papers and places. Slow and simple on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

INTERVAL = {"M-MB-25": 6, "M-MB-90": 4}
"""Days for which a material is trusted after a test."""
BREAKS = {
    "M-MB-25": {("PFE", "92"), ("PFE", "89"), ("RES", "39"), ("STRENGTH_MD", "1")},
    "M-MB-90": {("PFE", "89"), ("STRENGTH_MD", "1")},
}
"""Values that the tests enter and that break the limits of the material."""


@dataclass
class Lot:
    """A delivery, or what a regrade made of rejected goods (`came_of`)."""

    code: str
    material: str
    expires: date
    rolls: tuple[str, ...]
    changes: tuple[str, ...]
    came_of: str | None = None
    tested: date | None = None


@dataclass
class Written:
    """A sheet: what it is about, and how far it has come."""

    about: str
    retest: bool
    material: str
    broken: bool = False
    last_value: date | None = None
    handed_in: date | None = None
    failed: bool = False
    state: str = "open"


@dataclass
class Notebook:
    """The books. `day` is the calendar on the wall."""

    day: date
    lots: dict[str, Lot] = field(default_factory=dict)
    lot_of: dict[str, str] = field(default_factory=dict)
    made_of: dict[str, set[str]] = field(default_factory=dict)
    stock: dict[str, Decimal] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    let_go: set[str] = field(default_factory=set)
    conditional: set[str] = field(default_factory=set)
    condemned: set[str] = field(default_factory=set)
    sheets: dict[str, Written] = field(default_factory=dict)
    holds: dict[str, set[str]] = field(default_factory=dict)
    supplier_holds: set[str] = field(default_factory=set)
    excursions: set[str] = field(default_factory=set)
    counts: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    count_holds: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    licences: dict[int, date] = field(default_factory=dict)
    suspended: bool = False

    def note_lot(self, lot: Lot, metres: Decimal) -> None:
        self.lots[lot.code] = lot
        self.lot_of[lot.code] = lot.code
        self.stock[lot.code] = Decimal(0)
        self.made_of[lot.code] = set() if lot.came_of is None else {lot.came_of}
        for roll in lot.rolls:
            self.lot_of[roll] = lot.code
            self.stock[roll] = metres
            self.made_of[roll] = {lot.code}
        for hold in self.supplier_holds & self.holds.keys():
            self.holds[hold].add(lot.code)

    def all_of(self, lot: str) -> set[str]:
        return {lot, *self.lots[lot].rolls}

    def origins(self, unit: str) -> set[str]:
        """The unit and everything that it came from."""
        found: set[str] = set()
        ask = [unit]
        while ask:
            one = ask.pop()
            if one not in found:
                found.add(one)
                ask += self.made_of.get(one, ())
        return found

    def licensed(self) -> bool:
        return any(until >= self.day for until in self.licences.values())

    def release(self, lot: str, units: set[str], tested: date | None) -> None:
        """Whatever is let go starts being trusted from its test, once: the last word of a conditional one adds none."""
        if not self.conditional & units:
            self.lots[lot].tested = tested
        self.let_go |= units
        self.conditional -= units

    def condemn(self, units: set[str]) -> None:
        """Rejected is final (R7)."""
        self.condemned |= units
        self.conditional -= units

    def limits(self, lot: str) -> list[str]:
        """Changes of its source that began before it came and are not approved: for good when one was rejected, unless
        a later one, begun before it came as well, was approved (R46)."""
        begun = self.lots[lot].changes
        found = []
        for number, change in enumerate(begun):
            later = any(self.changes[one] == "approved" for one in begun[number + 1 :])
            if self.changes[change] == "open" or (self.changes[change] == "rejected" and not later):
                found.append(change)
        return found

    def held(self, unit: str) -> list[str]:
        """A hold stops a unit and everything made of it, also what is made of it later (R5)."""
        origins = self.origins(unit)
        return sorted(hold for hold, units in self.holds.items() if units & origins)

    def bars(self, unit: str) -> dict[str, str]:
        """Every reason why a roll or lot may not be used today."""
        lot = self.lots[self.lot_of[unit]]
        said = {}
        if unit not in self.let_go:
            said["undecided"] = "never let go"
        if unit in self.condemned:
            said["rejected"] = "rejected, for good"
        if holds := self.held(unit):
            said["held"] = ", ".join(holds)
        ends = [self.lots[self.lot_of[one]].expires for one in self.origins(unit) if one in self.lot_of]
        if self.day > min(ends):
            said["expired"] = f"its life ended on {min(ends)}"
        if lot.tested is not None and self.day > lot.tested + timedelta(days=INTERVAL[lot.material]):
            said["retest"] = f"not tested since {lot.tested}"
        for code, sheet in self.sheets.items():
            if sheet.about in (unit, lot.code) and sheet.failed and sheet.state != "decided":
                said["failed"] = f"{code} failed and nobody decided"
        limits = [change for one in self.origins(unit) if one in self.lots for change in self.limits(one)]
        if limits:
            said["limited"] = ", ".join(limits)
        return said
