"""What the tests of one unit said over the months: the values that stand, of every sheet that was finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.lab.states import Outcome, Purpose


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value with its sheet."""

    inspection: str
    purpose: Purpose
    test: str
    specimen: int
    text: str
    value: Decimal | None
    outcome: Outcome
    analyst_name: str
    at: datetime


async def past_values(subject: int, tests: list[str]) -> list[PastValue]:
    """Oldest first; a value that was corrected is left out, as are sheets still being filled."""
    return await sql.fetch_as(
        PastValue,
        "SELECT i.code AS inspection, i.purpose, r.test, r.specimen, r.text, r.value, r.outcome, r.analyst_name, r.at"
        " FROM inspection i JOIN lab_result r ON r.inspection = i.id WHERE i.subject = $1 AND r.test = ANY($2::text[])"
        " AND i.state <> 'open' AND lab_result_counts(r.id, r.retest, r.specimen)"
        " AND NOT EXISTS (SELECT 1 FROM lab_result c WHERE c.supersedes = r.id)"
        " ORDER BY i.id, r.test, r.specimen",
        subject,
        tests,
    )
