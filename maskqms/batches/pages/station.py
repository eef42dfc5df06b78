"""Pages at the line: one task a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.batches.queries.batches import BatchRow
from maskqms.batches.queries.packing import BoxRow, CartonRow, PackedCounts
from maskqms.batches.queries.record import ClearanceRow, IssuedUnit, OutputRow
from maskqms.batches.rules.balances import Balances
from maskqms.batches.rules.issue import Candidate
from maskqms.batches.rules.masters import BillItem
from maskqms.batches.states import ClearanceMoment, ClearancePoint, OutputKind
from maskqms.errors import Reason
from maskqms.i18n import Text
from maskqms.web.forms import Form
from maskqms.web.parts import Option, Shown
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class StationPage:
    """The tiles of everything that runs or is planned."""

    running: Sequence[BatchRow]
    planned: Sequence[BatchRow]
    complete: Sequence[BatchRow]


@dataclass(frozen=True, slots=True)
class Task:
    href: str
    label: Text
    icon: str
    sub: Text | None = None
    tone: Tone | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class BatchStationPage:
    """One batch: what can be done with it now."""

    batch: BatchRow
    band: Text
    tone: Tone
    tasks: Sequence[Task]


@dataclass(frozen=True, slots=True)
class ClearancePage:
    batch: BatchRow
    moment: ClearanceMoment
    points: Sequence[ClearancePoint]
    found: ClearanceRow | None
    checkable: bool
    done: bool
    mine: bool
    clear_shown: Shown
    check_shown: Shown | None
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class StartPage:
    batch: BatchRow
    reasons: Sequence[Reason]
    edition: str | None
    open_tests: Sequence[str]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class IssueLine:
    """A material of the bill: what is in, what the plan needs, which roll goes next."""

    item: BillItem
    needed: Decimal
    issued: Decimal
    next: Candidate | None
    others: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class IssuePage:
    batch: BatchRow
    lines: Sequence[IssueLine]
    issued: Sequence[IssuedUnit]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class ReturnPage:
    batch: BatchRow
    issued: Sequence[IssuedUnit]
    form: Form[Any]
    places: Sequence[Option]


@dataclass(frozen=True, slots=True)
class PickListPage:
    """Batches for which material is fetched."""

    batches: Sequence[BatchRow]


@dataclass(frozen=True, slots=True)
class PickPage:
    """What to fetch for a batch: which one next, from where, to which place at the line."""

    batch: BatchRow
    lines: Sequence[IssueLine]
    places: Sequence[Option]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class OutputStationPage:
    batch: BatchRow
    totals: Mapping[OutputKind, Decimal]
    entries: Sequence[OutputRow]
    form: Form[Any]
    kind: OutputKind
    kinds: Sequence[Task]
    reasons: Sequence[Option]
    step: int
    done: OutputRow | None


@dataclass(frozen=True, slots=True)
class PackPage:
    batch: BatchRow
    per_box: int
    per_carton: int
    possible: int
    counts: PackedCounts
    cartons: Sequence[CartonRow]
    loose: Sequence[BoxRow]
    running: bool
    form: Form[Any]
    done: CartonRow | None


@dataclass(frozen=True, slots=True)
class CompletePage:
    batch: BatchRow
    balances: Balances
    reasons: Sequence[Reason]
    stops: Sequence[Reason]
    form: Form[Any]
