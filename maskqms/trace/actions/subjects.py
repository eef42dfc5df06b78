"""What is made or received under a hold on its product, its line or its supplier is held from its first moment.

Only batches and deliveries ask; all else inherits by its links. A hold on a subject and the units that come to
be meanwhile wait for each other, so that none slips through: whoever makes a unit shares a lock, whoever holds has it
alone.
"""

from __future__ import annotations

from dataclasses import replace

from maskqms.db import sql
from maskqms.trace.actions.cascade import descendants
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import subjects_of

SUBJECTS = 7_201_006
"""Advisory lock of holds on subjects."""

INHERIT = """
WITH found AS (
    SELECT id, code FROM hold WHERE state = 'active' AND unit IS NULL
    AND (subject, subject_kind) IN (SELECT * FROM unnest($2::text[], $3::text[]))
), put AS (
    INSERT INTO hold_unit (hold, unit, inherited, at) SELECT id, $1, true, maskqms_now() FROM found
), locked AS (
    UPDATE trace_unit SET held = true WHERE id = $1 AND EXISTS (SELECT 1 FROM found)
)
SELECT array_agg(code::text ORDER BY id) FROM found
"""

IMPORTED = """
SELECT h.id AS hold, array_agg(u.id) AS units FROM hold h JOIN trace_unit u ON u.import_id = $1 AND CASE h.subject_kind
    WHEN 'supplier' THEN u.supplier = h.subject
    WHEN 'product' THEN u.kind = 'batch' AND u.identifiers ->> 'product' = h.subject
    WHEN 'line' THEN u.kind = 'batch' AND u.identifiers ->> 'line' = h.subject END
WHERE h.state = 'active' AND h.unit IS NULL GROUP BY h.id ORDER BY h.id
"""


async def alone_with_subjects() -> None:
    """From here to the end of the act nobody makes a batch or takes a delivery whose subjects were not asked."""
    await sql.execute("SELECT pg_advisory_xact_lock($1)", SUBJECTS)


async def inherit_from_subjects(unit: UnitRow) -> UnitRow:
    """Put a new unit under every active hold on its subjects: one indexed look-up, and only where it has any."""
    subjects = subjects_of(unit.kind, unit.supplier, unit.identifiers)
    if not subjects:
        return unit
    await sql.execute("SELECT pg_advisory_xact_lock_shared($1)", SUBJECTS)
    names, kinds = [name for _kind, name in subjects], [str(kind) for kind, _name in subjects]
    holds = await sql.fetch_value(INHERIT, unit.id, names, kinds)
    return replace(unit, held=True, holds=tuple(holds)) if holds else unit


async def inherit_imported(import_id: int) -> None:
    """The same for a whole import, with everything that its files say was made of the units."""
    await sql.execute("SELECT pg_advisory_xact_lock_shared($1)", SUBJECTS)
    for row in await sql.fetch(IMPORTED, import_id):
        below = sorted(await descendants(row["units"]))
        await sql.execute(
            "INSERT INTO hold_unit (hold, unit, inherited, at) SELECT $1, id, true, maskqms_now()"
            " FROM unnest($2::bigint[]) AS u (id)",
            row["hold"],
            below,
        )
        await sql.execute("UPDATE trace_unit SET held = true WHERE id = ANY($1::bigint[]) AND NOT held", below)
