"""What was delivered: enough for the plan, one lot that is rejected, one that will lose its filtration, and two that
still wait in quarantine on the last evening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from math import ceil

from maskqms.demo.days import Calendar, before
from maskqms.demo.materials import EAR_LOOP, MELTBLOWN, MELTBLOWN_KN
from maskqms.demo.plan import DECAY_DAYS, PlannedBatch, needed
from maskqms.demo.suppliers import TRADER
from maskqms.materials.rules.receipt import NewRoll, Receipt


class Fate(Enum):
    RELEASED = auto()
    REJECTED = auto()
    BEGUN = auto()
    """Some values are entered, the one that an instrument measures is not."""
    UNTOUCHED = auto()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One lot. `roll` is what a roll holds; without it the lot is not on rolls."""

    name: str
    supplier: str
    material: str
    day: date
    quantity: int
    supplier_lot: str
    made_on: date
    roll: int | None = None
    grams: float = 0.0
    """What one metre weighs."""
    expires_on: date | None = None
    manufacturer: str | None = None
    fate: Fate = Fate.RELEASED
    shifts: Mapping[str, float] = field(default_factory=dict)
    hour: str = "09:20"

    @property
    def receipt(self) -> Receipt:
        metres = self.roll or 0
        rolls = tuple(
            NewRoll(
                metres=Decimal(metres),
                kilograms=Decimal(str(metres * self.grams / 1000)).quantize(Decimal("0.1")),
                supplier_roll=f"{self.supplier_lot}-{number:02d}",
            )
            for number in range(1, self.quantity // metres + 1 if metres else 1)
        )
        return Receipt(
            quantity=Decimal(self.quantity),
            supplier_lot=self.supplier_lot,
            delivery_note=f"SHD-{self.day:%y%m%d}-{self.supplier[1:]}",
            manufacturer=self.manufacturer,
            made_on=self.made_on,
            expires_on=self.expires_on,
            rolls=rolls,
        )


def deliveries(calendar: Calendar, batches: list[PlannedBatch]) -> list[Delivery]:
    """All lots, in the order in which they came."""
    found = [
        *_meltblown(calendar, batches),
        *_by_halves(calendar, batches, "kn", "S001", MELTBLOWN_KN, "LZK", roll=1500, grams=10.4),
        *_by_halves(calendar, batches, "out", "S003", "M-SB-OUT", "YLW", roll=3000, grams=4.4),
        *_by_halves(calendar, batches, "in", "S003", "M-SB-IN", "YLN", roll=3000, grams=4.4),
        *_ear_loop(calendar, batches),
        *_by_halves(calendar, batches, "wire", "S005", "M-NW-40", "ZT"),
        *_by_halves(calendar, batches, "box-sm", "S006", "M-PK-SM50", "DC-A"),
        *_by_halves(calendar, batches, "box-dm", "S006", "M-PK-DM50", "DC-B"),
        *_by_halves(calendar, batches, "box-kn", "S006", "M-PK-KN20", "DC-C"),
        *_by_halves(calendar, batches, "carton", "S007", "M-PK-CTN", "HL"),
    ]
    return sorted(found, key=lambda one: (one.day, one.hour, one.name))


def _rolls(quantity: float, roll: int) -> int:
    return ceil(quantity / roll) * roll


def _meltblown(calendar: Calendar, batches: list[PlannedBatch]) -> Iterator[Delivery]:
    """Good lots first; then the one whose charge does not last, taken from nine days before the end on."""
    sick_from = calendar.back(DECAY_DAYS - 1)
    early = [batch for batch in batches if batch.day < sick_from]
    if early:
        half = len(early) // 2
        first, second = ("mb-1", "S001", early[:half], "LZ260928-1"), ("mb-2", "S002", early[half:], "MC2610-07")
        for name, supplier, part, lot in (first, second):
            yield Delivery(
                name, supplier, MELTBLOWN, before(part[0].day, 5), _rolls(needed(part, MELTBLOWN) * 1.02, 2500), lot,
                before(part[0].day, 14), roll=2500, grams=4.4,
            )  # fmt: skip
    yield Delivery(
        "bad", TRADER, MELTBLOWN, before(calendar.first, 6), 15000, "HT-2610-33", before(calendar.first, 20), roll=2500,
        grams=4.4, manufacturer="山东沐尘过滤材料有限公司", fate=Fate.REJECTED, shifts={"PFE": -5.6}, hour="14:10",
    )  # fmt: skip
    late = [batch for batch in batches if batch.day >= sick_from]
    yield Delivery(
        "star", "S001", MELTBLOWN, before(sick_from, 4), _rolls(needed(late, MELTBLOWN) + 4 * 2500, 2500), "LZ261103-2",
        before(sick_from, 8), roll=2500, grams=4.4, shifts={"PFE": -1.9},
    )  # fmt: skip
    yield Delivery(
        "begun", "S001", MELTBLOWN, calendar.last, 20000, "LZ261121-1", before(calendar.last, 3), roll=2500, grams=4.4,
        fate=Fate.BEGUN,
    )  # fmt: skip


def _ear_loop(calendar: Calendar, batches: list[PlannedBatch]) -> Iterator[Delivery]:
    """The first lot is past its last usable day since yesterday, and some of it is still on the shelf."""
    until = calendar.back(1)
    old = [batch for batch in batches if batch.day <= until]
    new = [batch for batch in batches if batch.day > until]
    yield Delivery(
        "loop-old", "S004", EAR_LOOP, before(calendar.first, 6), ceil(needed(old, EAR_LOOP) * 1.06 / 1000) * 1000,
        "XS-2511-02", until - timedelta(days=364), expires_on=until,
    )  # fmt: skip
    yield Delivery(
        "loop", "S004", EAR_LOOP, before(calendar.last, 6), ceil(needed(new, EAR_LOOP) * 8 / 1000) * 1000, "XS-2611-05",
        before(calendar.last, 20),
    )  # fmt: skip
    yield Delivery(
        "loop-new", "S004", EAR_LOOP, calendar.last, 120000, "XS-2611-09", before(calendar.last, 6),
        fate=Fate.UNTOUCHED, hour="13:40",
    )  # fmt: skip


def _by_halves(
    calendar: Calendar, batches: list[PlannedBatch], name: str, supplier: str, material: str, lot: str,
    *, roll: int | None = None, grams: float = 0.0,
) -> Iterator[Delivery]:  # fmt: skip
    """One delivery before the first day and, in a long demo, one more for the second half."""
    users = [batch for batch in batches if needed([batch], material)]
    days = sorted({batch.day for batch in users})
    middle = days[len(days) // 2] if len(days) > 8 else None
    parts = [users] if middle is None else [[b for b in users if b.day < middle], [b for b in users if b.day >= middle]]
    for number, part in enumerate(parts, start=1):
        wanted = needed(part, material) * 1.05
        day = before(part[0].day, 6)
        yield Delivery(
            f"{name}-{number}", supplier, material, day, _rolls(wanted, roll) if roll else ceil(wanted / 100) * 100,
            f"{lot}-{day:%y%m%d}", before(day, 12), roll=roll, grams=grams,
        )  # fmt: skip
