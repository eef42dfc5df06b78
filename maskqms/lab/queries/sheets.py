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
    file: int | None
    file_name: str | None
    line_number: int | None
    line_text: str | None

    @property
    def place(self) -> str | None:
        """The file of an instrument and its line."""
        return None if self.file is None else f"{self.file_name}:{self.line_number}"

    @property
    def frame(self) -> str | None:
        """What the instrument sent, readable: control characters shown as escapes."""
        return None if self.raw is None else self.raw.decode("latin-1").encode("unicode_escape").decode()


RESULT = (
    "SELECT r.id, r.test, r.specimen, r.text, r.value, r.outcome, r.analyst, r.analyst_name, r.at, r.reading,"
    " g.raw, n.code AS instrument, r.supersedes, r.reason, f.id AS file, f.name AS file_name, w.line_number,"
    " w.text AS line_text FROM lab_result r LEFT JOIN reading g ON g.id = r.reading"
    " LEFT JOIN result_line w ON w.result = r.id LEFT JOIN result_file f ON f.id = w.file"
    " LEFT JOIN instrument n ON n.id = coalesce(g.instrument, f.instrument)"
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
        """Everybody who took a sample, counted or entered a value, also one that was corrected later."""
        return {**self.inspection.took_part, **{result.analyst: result.analyst_name for result in self.results}}

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
