"""The answer to "where did it go" and "what is in it": columns as they came, rows made only for who reads them.

A wide answer has a hundred thousand units; it is kept as columns, so that the summary costs what the walk costs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from maskqms.i18n import Text
from maskqms.trace.shares import Spread
from maskqms.trace.states import Direction, UnitKind, UnitState

PROCESSES = frozenset({str(UnitKind.BATCH), str(UnitKind.LOAD)})
"""Kinds that are work going on while they are in process, whatever of them is on hand."""


class TracedUnit(NamedTuple):
    """One unit of an answer: how far from the root, and what part of it (or of the root in it)."""

    id: int
    code: str
    kind: str
    depth: int
    amount: str
    unit: str
    share: float
    state: str

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.amount)


class TracedShipment(NamedTuple):
    """A confirmed shipment that holds something of the answer's units."""

    code: str
    consignee: str
    date: str
    units: list[str]

    @property
    def day(self) -> dt.date:
        return dt.date.fromisoformat(self.date)


class Item(NamedTuple):
    """An entry of the three lists: how much of a unit is where (consignee, shipment, process or place)."""

    code: str
    kind: str
    amount: str
    unit: str
    where: str

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.amount)


@dataclass(frozen=True, slots=True)
class Lists:
    """Shipped (to whom), stoppable (in process, or on a shipment not yet gone), on hand. A unit may stand in two."""

    shipped: list[Item]
    stoppable: list[Item]
    on_hand: list[Item]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the answer rests on. `recount` is the number of units that the second walk found, when it was asked for."""

    units: int
    links: int
    frontier_empty: bool
    recount: int | None
    as_of: dt.datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A wide answer in six figures: what is sent before anybody reads its rows."""

    units: int
    shipments: int
    consignees: int
    shipped: int
    stoppable: int
    on_hand: int


@dataclass(frozen=True)
class Trace:
    """One answer, in columns whose positions belong together; the root is among the units but not in `units()`.

    `here` and the two columns after it are of the units with anything on hand; the `line_` columns are the shipment
    lines, grouped by unit; `waiting` are shipments that have not left.
    """

    root: str
    direction: Direction
    at: dt.datetime
    root_id: int
    ids: list[int]
    codes: list[str]
    kinds: list[str]
    quantities: list[str]
    measures: list[str]
    states: list[str]
    here: list[int]
    on_hands: list[str]
    locations: list[str | None]
    edge_from: list[int]
    edge_to: list[int]
    edge_share: list[float]
    line_units: list[int]
    line_shipments: list[int]
    line_consignees: list[int]
    line_quantities: list[str]
    shipment_ids: list[int]
    shipment_codes: list[str]
    shipment_consignees: list[int]
    dates: list[str]
    waiting: frozenset[int]
    whom: dict[int, str]
    spread: Spread
    frontier_empty: bool
    recount: int | None = None
    faults: list[Text] = field(default_factory=list)

    @property
    def as_of(self) -> dt.datetime:
        return self.at

    @property
    def consistent(self) -> bool:
        """Only a consistent answer may become a recall list."""
        return not self.faults

    @cached_property
    def code_of(self) -> dict[int, str]:
        return dict(zip(self.ids, self.codes, strict=True))

    @cached_property
    def nature_of(self) -> dict[int, tuple[str, str, str]]:
        """Unit id -> its code, kind and measure."""
        return dict(zip(self.ids, zip(self.codes, self.kinds, self.measures, strict=True), strict=True))

    @cached_property
    def shipment_of(self) -> dict[int, tuple[str, str]]:
        """Shipment id -> its code and its consignee's."""
        whom = [self.whom[consignee] for consignee in self.shipment_consignees]
        return dict(zip(self.shipment_ids, zip(self.shipment_codes, whom, strict=True), strict=True))

    @property
    def size(self) -> int:
        """How many units the answer holds, without the root."""
        return len(self.ids) - 1

    def units(self) -> list[TracedUnit]:
        """The units in the order of the flow: each after everything it depends on."""
        share, depth, nature = self.spread.share, self.spread.depth, self.nature_of
        more = dict(zip(self.ids, zip(self.quantities, self.states, strict=True), strict=True))
        rows = []
        for unit in self.spread.order:
            code, kind, measure = nature[unit]
            amount, state = more[unit]
            rows.append(TracedUnit(unit, code, kind, depth[unit], amount, measure, share[unit], state))
        return rows

    @cached_property
    def shipments(self) -> list[TracedShipment]:
        """Confirmed shipments by code, each with the units in it."""
        inside: dict[int, list[str]] = {shipment: [] for shipment in self.shipment_ids}
        code_of = self.code_of
        for unit, shipment in dict.fromkeys(zip(self.line_units, self.line_shipments, strict=True)):
            inside[shipment].append(code_of[unit])
        columns = zip(self.shipment_ids, self.shipment_codes, self.shipment_consignees, self.dates, strict=True)
        return sorted(
            TracedShipment(code, self.whom[consignee], day, inside[shipment])
            for shipment, code, consignee, day in columns
            if shipment not in self.waiting
        )

    @cached_property
    def _amounts(self) -> tuple[dict[tuple[int, int], str], list[tuple[int, int, str]]]:
        """What has left, summed by unit and consignee; and what waits, as unit, shipment and quantity."""
        left: dict[tuple[int, int], str] = {}
        picked: list[tuple[int, int, str]] = []
        columns = (self.line_units, self.line_shipments, self.line_consignees, self.line_quantities)
        for unit, shipment, consignee, amount in zip(*columns, strict=True):
            key = (unit, consignee)
            if shipment in self.waiting:
                picked.append((unit, shipment, amount))
            elif key in left:
                left[key] = str(Decimal(left[key]) + Decimal(amount))
            else:
                left[key] = amount
        return left, picked

    @cached_property
    def lists(self) -> Lists:
        """Every unit of the answer, the root included: what has left, what can be stopped, what lies in the house."""
        left, waiting = self._amounts
        nature, whom = self.nature_of, self.whom
        shipped = []
        for (unit, consignee), amount in left.items():
            code, kind, measure = nature[unit]
            shipped.append(Item(code, kind, amount, measure, whom[consignee]))
        picked = []
        for unit, shipment, amount in waiting:
            code, kind, measure = nature[unit]
            picked.append(Item(code, kind, amount, measure, self.shipment_of[shipment][0]))
        stock = []
        for unit, amount, place in zip(self.here, self.on_hands, self.locations, strict=True):
            code, kind, measure = nature[unit]
            if unit in self._in_process:
                picked.append(Item(code, kind, amount, measure, str(UnitState.IN_PROCESS)))
            else:
                stock.append(Item(code, kind, amount, measure, place or "stock"))
        for unit in self._running:
            code, kind, measure = nature[unit]
            picked.append(Item(code, kind, "0", measure, str(UnitState.IN_PROCESS)))
        return Lists(shipped, picked, stock)

    @cached_property
    def _running(self) -> set[int]:
        """Batches in process of which nothing is on hand: nothing has come out yet, or all of it is packed.

        They are the most stoppable of all. A box in process that lies in a carton is not: its carton stands there.
        """
        if not self._in_process:
            return set()
        nature = self.nature_of
        return {unit for unit in self._in_process.difference(self.here) if nature[unit][1] in PROCESSES}

    @cached_property
    def _in_process(self) -> set[int]:
        """Units that are being made; few, and none in most answers."""
        if UnitState.IN_PROCESS not in self.states:
            return set()
        return {unit for unit, state in zip(self.ids, self.states, strict=True) if state == UnitState.IN_PROCESS}

    @cached_property
    def summary(self) -> Summary:
        """Counted without adding any quantity up: it is wanted of wide answers whose lists nobody asks for."""
        left = set(zip(self.line_units, self.line_consignees, strict=True))
        waiting = 0
        if self.waiting:
            lines = zip(self.line_shipments, self.line_units, self.line_consignees, strict=True)
            left = {(unit, consignee) for shipment, unit, consignee in lines if shipment not in self.waiting}
            waiting = sum(shipment in self.waiting for shipment in self.line_shipments)
        in_process = len(self._in_process.intersection(self.here))
        return Summary(
            units=self.size,
            shipments=len(self.shipment_ids) - len(self.waiting),
            consignees=len({consignee for _unit, consignee in left}),
            shipped=len(left),
            stoppable=waiting + in_process + len(self._running),
            on_hand=len(self.here) - in_process,
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 over lines: root and direction, each unit with its share, each shipment that has left; by code."""
        code_of, share = self.code_of, self.spread.share
        units = ["%s %.9f" % (code_of[unit], share[unit]) for unit in self.spread.order]  # noqa: UP031  (half the time)
        units.sort()
        gone = zip(self.shipment_codes, self.shipment_consignees, self.dates, self.shipment_ids, strict=True)
        shipments = [
            "%s %s %s" % (code, self.whom[consignee], day)  # noqa: UP031
            for code, consignee, day, shipment in gone
            if shipment not in self.waiting
        ]
        shipments.sort()
        return sha256("\n".join([f"{self.root} {self.direction}", *units, *shipments]).encode()).hexdigest()

    @property
    def proof(self) -> Proof:
        return Proof(self.size, len(self.edge_from), self.frontier_empty, self.recount, self.at, self.digest)
