"""Which rolls and lots are at hand for a batch, the first to expire on top (R52)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from maskqms.batches.queries.batches import BatchRow
from maskqms.batches.queries.masters import master_in_force
from maskqms.batches.rules.issue import Candidate
from maskqms.batches.rules.masters import BillItem
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.materials.queries.failed import FAILED_UNITS


async def candidates(
    materials: Sequence[str], at: datetime, *, limit: int = 5, change: int | None = None
) -> dict[str, list[Candidate]]:
    """Usable rolls and lots of each material: by expiry, then by age (R52). What an unapproved change of its source
    limits is usable only in a batch that validates this `change` (R46); what failed and was not decided, in none."""
    rows = await sql.fetch(
        "SELECT * FROM (SELECT identifiers ->> 'material' AS material, code, item, on_hand, unit, usable_until,"
        " location, created_at, state = 'conditional' AS conditional,"
        " row_number() OVER (PARTITION BY identifiers ->> 'material'"
        " ORDER BY usable_until NULLS LAST, created_at, id) AS place FROM trace_unit"
        " WHERE on_hand > 0 AND identifiers ? 'material' AND identifiers ->> 'material' = ANY($1::text[])"
        " AND kind IN ('lot', 'roll') AND state IN ('released', 'conditional') AND NOT held"
        " AND (usable_until IS NULL OR usable_until > $2)"
        f" AND id <> ALL (ARRAY({FAILED_UNITS}))"
        " AND (NOT EXISTS (SELECT 1 FROM change_control WHERE state <> 'approved')"
        " OR maskqms_unvalidated(id) <@ ARRAY[$4::bigint])) ranked WHERE place <= $3 ORDER BY material, place",
        list(materials),
        at,
        limit,
        change,
    )
    found: dict[str, list[Candidate]] = {material: [] for material in materials}
    for row in rows:
        found[row["material"]].append(
            Candidate(
                row["code"],
                row["item"],
                row["on_hand"],
                row["unit"],
                row["usable_until"],
                _last_day(row["usable_until"]),
                row["location"],
                row["conditional"],
                local(row["created_at"]).date(),
            )
        )
    return found


async def bill_for(batch: BatchRow) -> tuple[BillItem, ...]:
    """The bill a batch runs by; of a planned one that of the master record in force, for what is fetched beforehand."""
    if batch.bill:
        return batch.bill
    master = await master_in_force(batch.product_id)
    return master.items if master else ()


def _last_day(until: datetime | None) -> date | None:
    """A unit holds the first moment that is too late; people read the day before it."""
    return None if until is None else local(until - timedelta(microseconds=1)).date()
