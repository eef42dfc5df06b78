"""A factory's years of production, invented from a seed: for measuring, at any size, in the shape of real history.

A batch takes from two rolls of meltblown, two of spunbond, an ear-loop, a nose-wire and a packaging lot. Meltblown lots
are narrow; packaging lots are wide, the widest as wide as a fourteenth of all batches. One batch in three hundred takes
in an older one as rework, one in a hundred is packed in cartons, and each goes out in three shipment lines or so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

COLUMNS = {
    "trace_unit": "id kind code item quantity unit on_hand state held identifiers created_at",
    "trace_edge": "child parent share quantity",
    "consignee": "id code name created_at",
    "shipment": "id code consignee state shipped_on created_by created_at confirmed_by confirmed_at",
    "shipment_line": "id shipment unit quantity unit_of_measure consignee added_by added_at",
}
Rows = dict[str, list[tuple[Any, ...]]]

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 1)
BATCH = 50_000
ROLL = 30_000
CHUNK = 20_000
"""Batches whose rows are handed over together."""


class Invention:
    """Rows by table, made batch by batch; the same seed makes the same factory."""

    def __init__(self, batches: int, seed: int = 7) -> None:
        self.batches = batches
        self.random = Random(seed)  # noqa: S311  (an invention, not a secret)
        self.rows: Rows = {table: [] for table in COLUMNS}
        self.next_unit = count(1)
        self.next_shipment = count(1)
        self.next_line = count(1)
        self.open: list[tuple[int, int, int]] = []
        self.consignees = max(20, batches // 500)

    def chunks(self) -> Iterator[Rows]:
        """All rows, some thousands of batches at a time."""
        self._consignees()
        rolls = [self._rolls("MBL"), self._rolls("MBL"), self._rolls("SBL"), self._rolls("SBL")]
        lots = [self._lots("EAR", 0.01), self._lots("NOS", 0.02), self._lots("PKG", 1 / 14)]
        recent: list[int] = []
        for number in range(self.batches):
            unit = self._unit("batch", f"B-{number:07d}", BATCH, "piece")
            taken: dict[int, int] = {}
            for source in rolls:
                roll = next(source)
                taken[roll] = taken.get(roll, 0) + ROLL // 12
            for roll, quantity in taken.items():
                self._edge(roll, unit, quantity, ROLL)
            for lot in lots:
                parent, recorded = next(lot)
                self._edge(parent, unit, BATCH, recorded)
            if number % 300 == 299:
                self._edge(self.random.choice(recent), unit, BATCH // 20, BATCH)
            if number % 100 == 50:
                for carton in range(3):
                    inside = self._unit("carton", f"B-{number:07d}-C{carton}", BATCH // 20, "piece")
                    self._edge(unit, inside, BATCH // 20, BATCH)
            self._ship(unit)
            recent = [*recent[-99:], unit]
            if number % CHUNK == CHUNK - 1:
                yield self._hand_over()
        yield self._hand_over()

    def _hand_over(self) -> Rows:
        rows, self.rows = self.rows, {table: [] for table in COLUMNS}
        return rows

    def _unit(self, kind: str, code: str, quantity: int, unit: str) -> int:
        made = next(self.next_unit)
        left = Decimal(self.random.randrange(1, 100)) if self.random.random() < 0.1 else Decimal(0)
        self.rows["trace_unit"].append(
            (made, kind, code, "KN95", Decimal(quantity), unit, left, "released", False, "{}", BEGAN)
        )
        return made

    def _edge(self, parent: int, child: int, quantity: int, recorded: int) -> None:
        self.rows["trace_edge"].append((child, parent, quantity / recorded, Decimal(quantity)))

    def _rolls(self, prefix: str) -> Iterator[int]:
        """Rolls of one lot after the other, each used for some batches."""
        for number in count():
            rolls = self.random.randint(6, 30)
            lot = self._unit("lot", f"{prefix}-{number:06d}-{next(self.next_unit)}", rolls * ROLL, "g")
            for place in range(rolls):
                roll = self._unit("roll", f"{prefix}-{lot}-R{place:02d}", ROLL, "g")
                self._edge(lot, roll, ROLL, rolls * ROLL)
                for _use in range(self.random.randint(3, 9)):
                    yield roll

    def _lots(self, prefix: str, widest: float) -> Iterator[tuple[int, int]]:
        """A lot and its recorded quantity, for each batch that takes from it: one wide lot, then ordinary ones."""
        for number in count():
            width = max(20, int(self.batches * widest)) if not number else self.random.randint(20, 400)
            recorded = width * BATCH
            lot = self._unit("lot", f"{prefix}-{number:06d}", recorded, "piece")
            for _use in range(width):
                yield lot, recorded

    def _consignees(self) -> None:
        self.rows["consignee"] = [(n + 1, f"C{n:05d}", f"Hospital {n}", BEGAN) for n in range(self.consignees)]

    def _ship(self, unit: int) -> None:
        for _line in range(self.random.choice((1, 2, 3, 3, 4, 5))):
            shipment, consignee = self._some_shipment()
            quantity = Decimal(self.random.randint(100, 9_000))
            self.rows["shipment_line"].append(
                (next(self.next_line), shipment, unit, quantity, "piece", consignee, "invented", BEGAN)
            )

    def _some_shipment(self) -> tuple[int, int]:
        """One of the five that are being loaded at the time; a full one makes room for the next."""
        while len(self.open) < 5:
            self.open.append(self._new_shipment())
        place = self.random.randrange(5)
        shipment, consignee, left = self.open[place]
        if left > 1:
            self.open[place] = (shipment, consignee, left - 1)
        else:
            del self.open[place]
        return shipment, consignee

    def _new_shipment(self) -> tuple[int, int, int]:
        made, consignee = next(self.next_shipment), self.random.randint(1, self.consignees)
        day = FIRST_DAY + timedelta(days=made * 2000 // max(1, self.batches))
        self.rows["shipment"].append(
            (made, f"SH-{made:07d}", consignee, "confirmed", day, "invented", BEGAN, "invented", BEGAN)
        )
        return made, consignee, self.random.randint(1, 7)
