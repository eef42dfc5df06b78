"""The rows that the gate's statements give, checked at the boundary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Json

from maskqms.batches.states import BatchState, ClearanceMoment, ClearanceState, OutputKind
from maskqms.lab.states import Outcome
from maskqms.quality.states import ChangeState
from maskqms.release.states import ReviewPart
from maskqms.trace.states import Activity, UnitKind, UnitState


class ClearanceRow(BaseModel):
    moment: ClearanceMoment
    state: ClearanceState
    done_by: int
    checked_by: int | None
    checked_at: datetime | None
    valid_until: datetime | None


class ReviewRow(BaseModel):
    part: ReviewPart
    account: int
    name: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with all that hangs on it alone."""

    id: int
    code: str
    state: BatchState
    unit_state: UnitState
    held: bool
    validates: str | None
    change_state: ChangeState | None
    made_on: date | None
    expires_on: date | None
    edition: str | None
    standard: str | None
    snapshot: Json[dict[str, Any]] | None
    started_at: datetime | None
    product: str
    at: datetime
    holds: tuple[str, ...]
    clearances: Json[list[ClearanceRow]]
    output: Json[dict[OutputKind, Decimal]]
    packed: Decimal
    taken: Decimal
    kept: Decimal
    loose_boxes: int
    boxed: Decimal
    on_hand: Decimal
    counted: Decimal | None
    issued: Json[dict[str, tuple[Decimal, Decimal]]]
    findings: tuple[str, ...]
    reviews: Json[list[ReviewRow]]

    def said(self, *path: str) -> Any:
        """A fact of the snapshot; None before the start."""
        found: Any = self.snapshot or {}
        for name in path:
            found = (found or {}).get(name)
        return found


@dataclass(frozen=True, slots=True)
class AncestorRow:
    batch: int
    id: int
    code: str
    kind: UnitKind
    item: str
    state: UnitState
    held: bool
    usable_until: datetime | None
    supplier: str | None
    supplier_lot: str | None
    quantity: Decimal
    unit: str
    material: str | None
    history: str | None
    holds: tuple[str, ...]
    before: UnitState | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    parent: int
    child: int
    activity: Activity
    at: datetime
    imported: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A value and when it was entered; `day` and `calibration_due` belong to the instrument it was measured with.

    `counts` is false for one that was made invalid, and for one of a retest that took nobody's place.
    """

    batch: int
    id: int
    inspection: int
    test: str
    specimen: int
    text: str
    outcome: Outcome
    analyst: int
    analyst_name: str
    at: datetime
    supersedes: int | None
    reading: int | None
    instrument: str | None
    day: date | None
    calibration_due: date | None
    retest: int | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class CartonRow:
    """A carton; `number` is the batch number on its label."""

    batch: int
    code: str
    held: bool
    gtin: str | None
    number: str | None
    expires_on: str | None


@dataclass(frozen=True, slots=True)
class DeviationRow:
    code: str
    title: str
    unit: int
    open: bool
    opened_at: datetime
    source: str | None
