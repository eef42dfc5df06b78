"""The factory tests of a batch over all its sheets: for each test the newest sheet that has it, older fails kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.lab.plan import Tally
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.rules import JudgedTest, judge_sheet
from maskqms.lab.states import InspectionState, Outcome, Purpose
from maskqms.release.queries.rows import ResultRow
from maskqms.release.rules.facts import CheckFact, FailureFact, InspectionFact, ReadingFact, ResultFact
from maskqms.standards.requirement import Requirement
from maskqms.standards.sampling import plan as sampling_plan

SEEN = frozenset({InspectionState.REVIEWED, InspectionState.DECIDED})


@dataclass(frozen=True, slots=True)
class TestedRow:
    """One test as the gate and the certificate show it."""

    requirement: Requirement
    inspection: str
    judged: JudgedTest
    failures: tuple[FailureFact, ...]
    tally: Tally | None
    at: datetime
    invalid: tuple[str, ...] = ()
    """First values of the sheet that an investigation made invalid; they are named wherever the verdict is."""

    @property
    def failed(self) -> tuple[FailureFact, ...]:
        """The failure that the sheet stands for, once a newer sheet has taken its place."""
        return (FailureFact(self.inspection, self.at),) if self.judged.outcome is Outcome.FAIL else ()

    def due(self, made: int) -> int | None:
        """How many specimens a batch of so many pieces asks for, by the same AQL, level and severity."""
        if self.tally is None:
            return None
        return sampling_plan(max(2, made), self.tally.level, self.tally.aql, self.tally.severity).n


@dataclass(frozen=True, slots=True)
class Sheets:
    """All sheets of a batch with their values."""

    inspections: Sequence[InspectionRow]
    results: Mapping[int, Sequence[ResultRow]]
    tested: Sequence[TestedRow]

    @property
    def release(self) -> list[InspectionRow]:
        """The sheets of factory tests that count: an empty one is forgotten once a newer one exists."""
        mine = [row for row in self.inspections if row.purpose is Purpose.RELEASE]
        return [row for row in mine if row is mine[-1] or self.results.get(row.id)]

    def inspection_facts(self) -> list[InspectionFact]:
        return [InspectionFact(row.code, row.state.label, row.state in SEEN) for row in self.release]

    def test_facts(self, made: int) -> list[ResultFact]:
        """The tests as the gate takes them, for a batch of which so many pieces were made."""
        return [
            ResultFact(
                row.requirement.code,
                row.requirement.name,
                str(row.judged.outcome),
                row.inspection,
                row.judged.reason,
                row.failures,
                row.tally.n if row.tally else None,
                row.due(made),
            )
            for row in self.tested
        ]

    def check_facts(self) -> list[CheckFact]:
        return [
            CheckFact(
                row.code,
                row.title,
                row.state.label,
                row.state in SEEN,
                row.outcome is Outcome.PASS,
                row.entered_at or row.opened_at,
            )
            for row in self.inspections
            if row.purpose is Purpose.IN_PROCESS
        ]

    def reading_facts(self) -> list[ReadingFact]:
        """Instruments behind the values that count: one measured again says nothing by its first value any more."""
        counts = {row.requirement.code: row.inspection for row in self.tested}
        return [
            ReadingFact(result.test, result.instrument, result.day, result.calibration_due, result.reading)
            for row in self.inspections
            for result in current(self.results.get(row.id, ()))
            if row.purpose is not Purpose.RELEASE or counts.get(result.test) == row.code
            if result.instrument is not None and result.day is not None
        ]

    def reviewers(self) -> dict[int, str]:
        """Who reviewed a sheet of factory tests that still waits for its decision, and which one."""
        return {
            row.reviewer: row.code
            for row in self.release
            if row.reviewer is not None and row.state is InspectionState.REVIEWED
        }

    def analysts(self) -> dict[int, str]:
        """Everybody who entered a value for the batch, also one that was corrected later (R11)."""
        return {result.analyst: result.analyst_name for results in self.results.values() for result in results}


def current(results: Sequence[ResultRow]) -> list[ResultRow]:
    """The values that the verdict rests on: not replaced by a correction, and not made invalid."""
    replaced = {result.supersedes for result in results}
    return [result for result in results if result.id not in replaced and result.counts]


def read_sheets(inspections: Sequence[InspectionRow], results: Sequence[ResultRow]) -> Sheets:
    """Judge every sheet by its own frozen plan and take the newest word on each test."""
    by_sheet: dict[int, list[ResultRow]] = {}
    for result in results:
        by_sheet.setdefault(result.inspection, []).append(result)
    tested: dict[str, TestedRow] = {}
    for row in inspections:
        if row.purpose is not Purpose.RELEASE:
            continue
        values = by_sheet.get(row.id, [])
        judged = {test.test: test for test in judge_sheet(row.plan, current(values)).tests}
        replaced = {v.supersedes for v in values}
        for planned in row.plan.tests:
            if planned.code not in judged:
                continue
            older = tested.get(planned.code)
            if older is not None and not _has_values(values, planned.code) and older.judged.values:
                continue
            wrong = [
                v
                for v in values
                if v.test == planned.code and v.outcome is Outcome.FAIL and (v.id in replaced or not v.counts)
            ]
            failures = tuple(FailureFact(row.code, value.at) for value in wrong)
            if older is not None:
                failures = (*older.failures, *older.failed, *failures)
            tested[planned.code] = TestedRow(
                planned.requirement,
                row.code,
                judged[planned.code],
                failures,
                planned.tally,
                max((value.at for value in values if value.test == planned.code), default=row.opened_at),
                tuple(v.text for v in values if v.test == planned.code and v.retest is None and not v.counts),
            )
    return Sheets(inspections, by_sheet, tuple(tested.values()))


def _has_values(values: Sequence[ResultRow], test: str) -> bool:
    return any(value.test == test for value in values)
