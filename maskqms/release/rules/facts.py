"""What the gate looks at, as plain data. `queries` fills it; the rules and their tests know nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from maskqms.errors import Reason
from maskqms.i18n import Text
from maskqms.quality.states import ChangeState
from maskqms.standards.editions import Name
from maskqms.trace.states import Activity, UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class UnitFact:
    """An ancestor of the batch. `before` is the state it was consumed from; `history` the digest of its import."""

    id: int
    code: str
    kind: UnitKind
    item: str
    state: UnitState
    held: bool = False
    holds: tuple[str, ...] = ()
    usable_until: datetime | None = None
    material: str | None = None
    before: UnitState | None = None
    history: str | None = None
    changes: tuple[str, ...] = ()
    """Changes of its source that nobody approved (R46)."""


@dataclass(frozen=True, slots=True)
class LinkFact:
    """A line of the ledger that stands (not reversed) between two units of the batch's ancestry, the batch included."""

    parent: int
    child: int
    activity: Activity
    at: datetime
    imported: bool = False


@dataclass(frozen=True, slots=True)
class BatchFact:
    """The batch itself, with what its snapshot fixed at the start."""

    id: int
    code: str
    product: str
    product_name: str
    made_on: date | None
    expires_on: date | None
    state: UnitState
    held: bool
    holds: tuple[str, ...]
    finished: bool
    stage: Text
    carton_gtin: str | None = None
    validates: str | None = None
    change_state: ChangeState | None = None
    """The change that it was made to validate, and how that stands."""
    materials: Mapping[str, str] = field(default_factory=dict)
    """Code and name of every material that the bill of the master record asks for."""


@dataclass(frozen=True, slots=True)
class StandardFact:
    """The edition the batch is judged by. `due` is the one its production date asks for, None when there is none."""

    edition: str
    known: bool
    due: str | None
    grade: str | None = None
    title: str = ""
    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """Codes of every release test of the edition, for this grade and these variants."""


@dataclass(frozen=True, slots=True)
class FailureFact:
    """A sheet said "fail" at a moment."""

    inspection: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultFact:
    """One test of the standard as the newest sheet that has it says; `inspection` is that sheet. `failures`: a value
    that was corrected, or an older sheet, had failed there. `sampled` specimens were planned, `due` is what the whole
    batch asks for."""

    code: str
    name: Name | str
    verdict: str
    inspection: str
    reason: Text | None = None
    failures: tuple[FailureFact, ...] = ()
    sampled: int | None = None
    due: int | None = None

    @property
    def too_few(self) -> bool:
        return self.sampled is not None and self.due is not None and self.sampled < self.due


@dataclass(frozen=True, slots=True)
class InspectionFact:
    """A sheet of factory tests; one without any value counts for nothing once a newer one exists."""

    code: str
    stage: Text
    reviewed: bool


@dataclass(frozen=True, slots=True)
class ReadingFact:
    """A result that came from, or was measured with, an instrument."""

    test: str
    instrument: str
    day: date
    calibration_due: date | None
    reading: int | None = None


@dataclass(frozen=True, slots=True)
class CheckFact:
    """An in-process inspection of the batch; `at` is when its values were there."""

    code: str
    title: str
    stage: Text
    reviewed: bool
    passed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ClearanceFact:
    """A line clearance; `in_time` is false for one that was too old when the batch started."""

    moment: str
    checked: bool
    two_people: bool
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class OutputFact:
    """What became of the pieces that were made, and how many of the good ones are in cartons. `taken` were good and
    packed, and went out of stock again as samples or scrap, whole boxes and cartons at a time."""

    unit: str
    good: Decimal
    packed: Decimal
    scrap: Decimal
    samples: Decimal
    retained: Decimal
    taken: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CartonFact:
    """A carton of the batch with the data of its label."""

    code: str
    held: bool
    gtin: str | None
    batch: str | None
    expires_on: str | None


@dataclass(frozen=True, slots=True)
class DeviationFact:
    """A deviation; `source` is the sheet that opened it by itself."""

    code: str
    title: str
    unit: int
    open: bool
    opened_at: datetime
    source: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionFact:
    """What is known or not yet answered about a sheet of the batch or of something in it: `kind` is "investigation" for
    an open one, "stands" for one that found no cause, "doubt" when the instrument `code` failed its calibration or
    check after the result."""

    kind: str
    unit: int
    sheet: str
    code: str
    test: str


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A review that was signed; `current` is false when the record changed after it (R21)."""

    part: str
    account: int
    name: str
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class GateFacts:
    """Everything the gate asks about one batch at one moment. `unlicensed` and `unbalanced` are what `products` and
    `batches` say themselves: the same rules as at the start and at the end of production."""

    at: datetime
    batch: BatchFact
    ancestors: Mapping[int, UnitFact]
    links: Sequence[LinkFact]
    licence_numbers: Sequence[str]
    unlicensed: Sequence[Reason]
    standard: StandardFact
    inspections: Sequence[InspectionFact]
    tests: Sequence[ResultFact]
    readings: Sequence[ReadingFact]
    checks: Sequence[CheckFact]
    clearances: Sequence[ClearanceFact]
    output: OutputFact
    unbalanced: Sequence[Reason]
    findings: int
    cartons: Sequence[CartonFact]
    loose_boxes: int
    deviations: Sequence[DeviationFact]
    reviews: Sequence[ReviewFact]
    questions: Sequence[QuestionFact] = ()

    def stands(self, test: str, failure: FailureFact) -> QuestionFact | None:
        """The investigation that found no cause for a failure: the first result stands, whatever came later (R35)."""
        return next(
            (one for one in self.questions
             if (one.kind, one.sheet, one.test) == ("stands", failure.inspection, test)), None,
        )  # fmt: skip

    def investigated(self, failure: FailureFact) -> bool:
        """A closed deviation of the batch that was opened for that sheet, or after it failed (R35). One that was closed
        before says nothing about a failure that came later."""
        return any(
            not deviation.open
            and deviation.unit == self.batch.id
            and (deviation.source == failure.inspection or deviation.opened_at >= failure.at)
            for deviation in self.deviations
        )
