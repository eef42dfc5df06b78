"""A worksheet: the plan with every value, the current ones judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from maskqms.db import sql
from maskqms.lab.queries.inspections import InspectionRow, inspection, locked_inspection
from maskqms.lab.rules import JudgedSheet, judge_sheet, review_content
from maskqms.lab.states import Outcome


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A value as it was entered. `reading` is the instrument's own, with the bytes it sent."""

    id: int
    test: str
    specimen: int
    text: str
    value: Decimal | None
    outcome: Outcome
    analyst: int
    analyst_name: str
    at: datetime
    reading: int | None
    raw: bytes | None
    instrument: str | None
    supersedes: int | None
    reason: str | None

    @property
    def frame(self) -> str | None:
        """What the instrument sent, readable: control characters shown as escapes."""
        return None if self.raw is None else self.raw.decode("latin-1").encode("unicode_escape").decode()


RESULT = (
    "SELECT r.id, r.test, r.specimen, r.text, r.value, r.outcome, r.analyst, r.analyst_name, r.at, r.reading,"
    " g.raw, n.code AS instrument, r.supersedes, r.reason FROM lab_result r"
    " LEFT JOIN reading g ON g.id = r.reading LEFT JOIN instrument n ON n.id = g.instrument"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An inspection with everything entered on it, oldest first, and what the current values say."""

    inspection: InspectionRow
    results: list[ResultRow]
    verdict: JudgedSheet

    def current(self, test: str, specimen: int) -> ResultRow | None:
        return next((r for r in reversed(self.results) if (r.test, r.specimen) == (test, specimen)), None)

    def history(self, test: str, specimen: int) -> list[ResultRow]:
        return [r for r in self.results if (r.test, r.specimen) == (test, specimen)]

    @property
    def analysts(self) -> dict[int, str]:
        """Everybody who entered a value, also one that was corrected later."""
        return {result.analyst: result.analyst_name for result in self.results}

    @property
    def content(self) -> dict[str, Any]:
        """What the reviewer signs."""
        return review_content(self.inspection.code, self.inspection.subject_code, self.verdict)


def current_results(results: list[ResultRow]) -> list[ResultRow]:
    replaced = {result.supersedes for result in results}
    return [result for result in results if result.id not in replaced]


async def results_of(inspection_id: int) -> list[ResultRow]:
    """Every value ever entered, oldest first."""
    return await sql.fetch_as(ResultRow, f"{RESULT} WHERE r.inspection = $1 ORDER BY r.id", inspection_id)


async def _sheet(row: InspectionRow) -> Sheet:
    results = await results_of(row.id)
    return Sheet(row, results, judge_sheet(row.plan, current_results(results)))


async def sheet(code: str) -> Sheet:
    """The worksheet as it stands: two statements."""
    return await _sheet(await inspection(code))


async def locked_sheet(code: str) -> Sheet:
    """The worksheet, nobody else's until the act ends."""
    return await _sheet(await locked_inspection(code))
