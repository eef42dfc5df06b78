"""Instruments that failed a calibration or a check, and every result since the last good one (R125)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.states import Outcome, Recheck
from maskqms.settings import settings


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A calibration or check that was not good, and how many results are still to be re-evaluated."""

    kind: str
    id: int
    instrument: str
    name: str
    done_on: date
    words: str
    results: int
    waiting: int

    @property
    def href(self) -> str:
        return f"/rechecks/{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One result in doubt, with what was decided about it once somebody did."""

    result: int
    inspection: str
    decided: bool
    unit: int
    unit_code: str
    item: str
    test: str
    specimen: int
    text: str
    outcome: Outcome
    analyst: int
    analyst_name: str
    at: datetime
    counts: bool
    verdict: Recheck | None
    reason: str | None
    deviation: str | None
    by: str | None
    signed_at: datetime | None


FAILURES = """
SELECT f.kind, f.id, n.code AS instrument, n.name, f.done_on, f.words,
    count(d.result) AS results, count(d.result) FILTER (WHERE d.open) AS waiting
FROM (SELECT 'calibration' AS kind, id, instrument, done_on, certificate AS words FROM calibration
      WHERE NOT passed OR as_found = false
      UNION ALL
      SELECT 'verification', id, instrument, done_on, reference || ': ' || found FROM verification WHERE NOT passed) f
JOIN instrument n ON n.id = f.instrument
LEFT JOIN (
    SELECT d.result, d.calibration, d.verification, c.id IS NULL AND NOT EXISTS (
        SELECT 1 FROM result_invalidation x WHERE x.result = d.result) AS open
    FROM lab_doubts($1) d LEFT JOIN result_recheck c ON c.result = d.result
        AND c.calibration IS NOT DISTINCT FROM d.calibration AND c.verification IS NOT DISTINCT FROM d.verification
) d ON (f.kind = 'calibration' AND d.calibration = f.id) OR (f.kind = 'verification' AND d.verification = f.id)
WHERE $2::text IS NULL OR n.code = $2
GROUP BY f.kind, f.id, n.code, n.name, f.done_on, f.words
ORDER BY count(d.result) FILTER (WHERE d.open) = 0, f.done_on DESC, f.id DESC
LIMIT 200
"""

DOUBTS = """
SELECT r.id AS result, i.code AS inspection, i.state = 'decided' AS decided, i.subject AS unit, u.code AS unit_code,
    u.item, r.test, r.specimen, r.text, r.outcome, r.analyst, r.analyst_name, r.at,
    NOT EXISTS (SELECT 1 FROM result_invalidation x WHERE x.result = r.id) AS counts,
    c.verdict, c.reason, c.deviation, c.name AS by, c.at AS signed_at
FROM lab_doubts($1) d JOIN lab_result r ON r.id = d.result JOIN inspection i ON i.id = d.inspection
JOIN trace_unit u ON u.id = i.subject
LEFT JOIN result_recheck c ON c.result = d.result
    AND c.calibration IS NOT DISTINCT FROM d.calibration AND c.verification IS NOT DISTINCT FROM d.verification
WHERE CASE $2 WHEN 'calibration' THEN d.calibration WHEN 'verification' THEN d.verification END = $3
ORDER BY i.id, r.test, r.specimen, r.id
"""


async def failures(instrument: str | None = None) -> list[FailureRow]:
    """What was not good, that with open results first."""
    return await sql.fetch_as(FailureRow, FAILURES, settings().zone, instrument)


async def failure(kind: str, number: int) -> FailureRow:
    found = [one for one in await failures() if (one.kind, one.id) == (kind, number)]
    if not found:
        raise NotFound(f"{kind}/{number}")
    return found[0]


async def doubts_of(kind: str, number: int) -> list[DoubtRow]:
    """Every result that one failure puts in doubt."""
    return await sql.fetch_as(DoubtRow, DOUBTS, settings().zone, kind, number)


def recheck_content(found: FailureRow, inspection: str, doubts: list[DoubtRow]) -> dict[str, object]:
    """What is signed about the results of one sheet."""
    return {
        "instrument": found.instrument,
        "failed": [found.kind, found.done_on.isoformat(), found.words],
        "inspection": inspection,
        "unit": doubts[0].unit_code if doubts else None,
        "results": [[one.test, one.specimen, one.text, str(one.outcome)] for one in doubts],
    }
