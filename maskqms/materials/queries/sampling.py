"""Where a supplier's lots of a material stand: computed from the decided lots and quality's rulings, every time.

A lot counts by its first incoming inspection (original inspection). Left out are lots of a supplier's lot that was
refused before, which is submitted again, and lots that skip-lot let pass without their sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Json

from maskqms.db import sql
from maskqms.lab.states import Decision
from maskqms.materials.states import SamplingRule
from maskqms.standards.sampling import Plan
from maskqms.standards.switching import (
    DecidedLot,
    Event,
    Ruled,
    Ruling,
    Sample,
    Standing,
    Step,
    replay,
    tighter_accepts,
)

LOTS = """
SELECT u.code, f.decision, f.decided_at, coalesce(s.severity, 'normal') AS severity, s.skipped IS NOT NULL AS skipped,
    jsonb_path_query_array(f.plan, '$.tests[*] ? (exists(@.tally))') AS tests,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(r.test, r.text, r.outcome)), '[]') FROM lab_result r
        WHERE r.inspection = f.id AND f.plan @? '$.tests[*].tally'
        AND NOT EXISTS (SELECT 1 FROM lab_result n WHERE n.supersedes = r.id)
        AND lab_result_counts(r.id, r.retest, r.specimen)) AS results
FROM (SELECT DISTINCT ON (i.subject) i.subject, i.id, i.decision, i.decided_at, i.plan FROM inspection i
    JOIN lot l ON l.id = i.subject WHERE l.supplier = $1 AND l.material = $2 AND i.purpose = 'incoming'
    ORDER BY i.subject, i.id) f
JOIN lot l ON l.id = f.subject JOIN trace_unit u ON u.id = l.id LEFT JOIN lot_sampling s ON s.lot = l.id
WHERE f.decision IS NOT NULL AND NOT u.identifiers ? 'regraded_from' AND NOT EXISTS (
    SELECT 1 FROM lot o JOIN inspection x ON x.subject = o.id AND x.purpose = 'incoming' AND x.decision = 'rejected'
    WHERE o.supplier = l.supplier AND o.material = l.material AND o.supplier_lot = l.supplier_lot AND o.id < l.id)
ORDER BY f.decided_at, f.id
"""
RULINGS = """
SELECT r.ruling, r.reason, r.after, r.one_of, r.decided_at, a.name AS decider_name FROM sampling_ruling r
JOIN account a ON a.id = r.decided_by WHERE r.supplier = $1 AND r.material = $2 ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class _LotRow:
    code: str
    decision: Decision
    decided_at: datetime
    severity: str
    skipped: bool
    tests: Json[list[dict[str, Any]]]
    results: Json[list[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class RulingRow:
    """What quality signed about a series."""

    ruling: SamplingRule
    reason: str
    after: int | None
    one_of: int | None
    decided_at: datetime
    decider_name: str


@dataclass(frozen=True, slots=True)
class Series:
    """The lots of a supplier of a material with their rulings, replayed. `streak`: inspected lots accepted in a row."""

    steps: Sequence[Step]
    rulings: Sequence[RulingRow]
    streak: int

    @property
    def standing(self) -> Standing:
        return self.steps[-1].after if self.steps else Standing()

    @property
    def skip_rule(self) -> RulingRow | None:
        """The skip-lot rule that holds; None where there is none, as in the beginning."""
        last = next((row for row in reversed(self.rulings) if row.ruling in SKIPS), None)
        return last if last is not None and last.ruling is SamplingRule.SKIP_ON else None


SKIPS = (SamplingRule.SKIP_ON, SamplingRule.SKIP_OFF)


async def series_of(supplier: int, material: int) -> Series:
    """The whole series of lots: two statements."""
    rows = await sql.fetch_as(_LotRow, LOTS, supplier, material)
    rulings = await sql.fetch_as(RulingRow, RULINGS, supplier, material)
    counted = [row for row in rows if not row.skipped or row.decision is Decision.REJECTED]
    events: list[tuple[datetime, Event]] = [(row.decided_at, _lot(row)) for row in counted]
    events += [
        (row.decided_at, Ruled(Ruling(row.ruling.value), row.decided_at)) for row in rulings if row.ruling not in SKIPS
    ]
    steps = replay(event for _at, event in sorted(events, key=lambda one: one[0]))
    streak = 0
    for row in reversed(counted):
        if row.decision is not Decision.ACCEPTED:
            break
        streak += 1
    return Series(steps, rulings, streak)


def _lot(row: _LotRow) -> DecidedLot:
    samples = tuple(_sample(test, row.results) for test in row.tests)
    return DecidedLot(row.code, row.decision is Decision.ACCEPTED, row.severity, samples, row.decided_at)


def _sample(test: Mapping[str, Any], results: Sequence[tuple[str, str, str]]) -> Sample:
    """What the switching score asks of a sample: a count is its value, measured values are counted by their verdict."""
    tally, requirement = test["tally"], test["requirement"]
    own = [(text, outcome) for code, text, outcome in results if code == requirement["code"]]
    if requirement["kind"] == "attribute":
        bad = sum(int(text) for text, _outcome in own)
    else:
        bad = sum(outcome == "fail" for _text, outcome in own)
    taken = Plan(tally.get("letter"), tally["n"], tally["ac"], tally["re"], tally.get("full", False))
    return Sample(tally["ac"], tighter_accepts(tally["lot_size"], tally["level"], tally["aql"], taken, bad))


async def skipped_since(supplier: int, material: int) -> int:
    """How many lots were skipped since the last one that was inspected as its specification says."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT count(*) FROM lot l JOIN lot_sampling s ON s.lot = l.id AND s.skipped IS NOT NULL"
        " WHERE l.supplier = $1 AND l.material = $2 AND l.id > coalesce((SELECT max(o.id) FROM lot o"
        " JOIN trace_unit u ON u.id = o.id AND NOT u.identifiers ? 'regraded_from'"
        " LEFT JOIN lot_sampling p ON p.lot = o.id WHERE o.supplier = $1 AND o.material = $2 AND p.skipped IS NULL),"
        " 0)",
        supplier,
        material,
    )


@dataclass(frozen=True, slots=True)
class LotSamplingRow:
    """How a lot was to be inspected, and why."""

    severity: str
    why: Json[dict[str, Any]]
    skipped: Json[dict[str, Any]] | None


async def sampling_of(lot: int) -> LotSamplingRow | None:
    return await sql.one_as(LotSamplingRow, "SELECT severity, why, skipped FROM lot_sampling WHERE lot = $1", lot)
