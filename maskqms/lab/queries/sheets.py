"""A worksheet: the plan with every value, the current ones judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from maskqms.db import sql
from maskqms.lab.queries.inspections import InspectionRow, inspection, locked_inspection
from maskqms.lab.rules import JudgedSheet, judge_sheet, review_content
from maskqms.lab.states import Cause, Outcome


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A value as it was entered. `reading` is the instrument's own, with the bytes it sent.

    `counts`: the verdict rests on it. A value that was made invalid stands here all the same, and so does one of a
    retest that took nobody's place.
    """

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
    retest: int | None = None
    investigation: str | None = None
    invalid: Cause | None = None
    invalid_reason: str | None = None
    invalid_by: str | None = None
    counts: bool = True

    @property
    def frame(self) -> str | None:
        """What the instrument sent, readable: control characters shown as escapes."""
        return None if self.raw is None else self.raw.decode("latin-1").encode("unicode_escape").decode()


RESULT = (
    "SELECT r.id, r.test, r.specimen, r.text, r.value, r.outcome, r.analyst, r.analyst_name, r.at, r.reading,"
    " g.raw, n.code AS instrument, r.supersedes, r.reason, t.ordinal AS retest, k.code AS investigation,"
    " x.cause AS invalid, x.reason AS invalid_reason, x.name AS invalid_by,"
    " lab_result_counts(r.id, r.retest, r.specimen) AS counts FROM lab_result r"
    " LEFT JOIN reading g ON g.id = r.reading LEFT JOIN instrument n ON n.id = r.instrument"
    " LEFT JOIN retest t ON t.id = r.retest LEFT JOIN result_invalidation x ON x.result = r.id"
    " LEFT JOIN investigation k ON k.id = coalesce(t.investigation, x.investigation)"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An inspection with everything entered on it, oldest first, and what the current values say."""

    inspection: InspectionRow
    results: list[ResultRow]
    verdict: JudgedSheet

    def current(self, test: str, specimen: int) -> ResultRow | None:
        """The value of the first measurement that stands in the cell; of a retest, see `repeats`."""
        cell = (test, specimen, None)
        return next((r for r in reversed(self.results) if (r.test, r.specimen, r.retest) == cell), None)

    def repeats(self, test: str, specimen: int) -> list[ResultRow]:
        """The standing values of every retest of a cell."""
        return [r for r in standing_results(self.results) if (r.test, r.specimen) == (test, specimen) and r.retest]

    def history(self, test: str, specimen: int) -> list[ResultRow]:
        return [r for r in self.results if (r.test, r.specimen) == (test, specimen)]

    @property
    def analysts(self) -> dict[int, str]:
        """Everybody who entered a value, also one that was corrected later."""
        return {result.analyst: result.analyst_name for result in self.results}

    @property
    def content(self) -> dict[str, Any]:
        """What the reviewer signs; with what was made invalid and repeated, where there is such."""
        content = review_content(self.inspection.code, self.inspection.subject_code, self.verdict)
        beside = [
            [r.test, r.specimen, r.text, r.retest, r.invalid, r.investigation]
            for r in standing_results(self.results)
            if r.retest is not None or not r.counts
        ]
        return {**content, "beside": beside} if beside else content


def standing_results(results: list[ResultRow]) -> list[ResultRow]:
    """Those that no correction replaced."""
    replaced = {result.supersedes for result in results}
    return [result for result in results if result.id not in replaced]


def current_results(results: list[ResultRow]) -> list[ResultRow]:
    """Those that the verdict rests on."""
    return [result for result in standing_results(results) if result.counts]


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
