"""Sheets of goods in use that failed and that nobody has decided: they bar the goods, whatever became of the hold."""

from __future__ import annotations

from maskqms.db import sql

FAILED = (
    "SELECT i.subject, i.code FROM inspection i WHERE i.state IN ('open', 'entered', 'reviewed')"
    " AND i.purpose IN ('incoming', 'retest') AND (i.outcome = 'fail' OR i.handed_in_at IS NOT NULL"
    " AND i.state = 'open' AND EXISTS (SELECT 1 FROM lab_result r WHERE r.inspection = i.id AND r.outcome = 'fail'"
    " AND lab_result_counts(r.id, r.retest, r.specimen)"
    " AND NOT EXISTS (SELECT 1 FROM lab_result l WHERE l.supersedes = r.id)))"
)
"""Handed in as failing, also where the sheet was sent back since."""
FAILED_UNITS = (
    f"SELECT f.subject FROM ({FAILED}) f UNION ALL SELECT o.id FROM ({FAILED}) f JOIN roll o ON o.lot = f.subject"
)
"""What such a sheet is about: the unit, and the rolls of a lot."""


async def failed_sheets(unit_id: int) -> list[str]:
    """The codes of the sheets of a roll or lot, or of the lot that a roll belongs to."""
    rows = await sql.fetch(
        f"SELECT f.code FROM ({FAILED} AND i.subject IN ($1, (SELECT lot FROM roll WHERE id = $1))) f ORDER BY f.code",
        unit_id,
    )
    return [row["code"] for row in rows]
