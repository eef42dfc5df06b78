"""The entries of a tally."""

from __future__ import annotations

from maskqms.db import sql
from maskqms.lab.tallying import Entry


async def entries_of(inspection: int, test: str) -> list[Entry]:
    """Everything counted for a test, oldest first, with the reason where it was taken back."""
    return await sql.fetch_as(
        Entry,
        "SELECT t.id, t.piece, t.pieces, t.defect_class, t.defect, t.analyst_name, t.at, u.reason AS undone"
        " FROM tally_entry t LEFT JOIN tally_undo u ON u.entry = t.id WHERE t.inspection = $1 AND t.test = $2"
        " ORDER BY t.id",
        inspection,
        test,
    )
