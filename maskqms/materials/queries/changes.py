"""Changes of the sources of key materials, and which of them limit a roll or lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.db import sql
from maskqms.materials.rules.changes import Limit
from maskqms.materials.states import SourceChangeKind
from maskqms.quality.states import ChangeState


@dataclass(frozen=True, slots=True)
class SourceChangeRow:
    """A change of one source of a material."""

    change: str
    kind: SourceChangeKind
    state: ChangeState
    title: str
    since: datetime
    supplier_code: str
    material_code: str


async def limits_of(unit_id: int) -> list[Limit]:
    """The changes that limit this roll or lot, oldest first."""
    return await sql.fetch_as(
        Limit,
        "SELECT u.code, coalesce(lu.code, u.code) AS lot, c.code AS change, c.title, c.state FROM trace_unit u"
        " JOIN change_control c ON c.id = ANY(maskqms_unvalidated(u.id))"
        " LEFT JOIN roll r ON r.id = u.id LEFT JOIN trace_unit lu ON lu.id = r.lot WHERE u.id = $1 ORDER BY c.id",
        unit_id,
    )


async def source_changes(supplier_id: int, material_id: int | None = None) -> list[SourceChangeRow]:
    """The changes of a supplier's materials, newest first."""
    return await sql.fetch_as(
        SourceChangeRow,
        "SELECT c.code AS change, s.kind, c.state, c.title, s.since, p.code AS supplier_code, m.code AS material_code"
        " FROM source_change s JOIN change_control c ON c.id = s.change JOIN supplier p ON p.id = s.supplier"
        " JOIN material m ON m.id = s.material WHERE s.supplier = $1 AND ($2::bigint IS NULL OR s.material = $2)"
        " ORDER BY s.id DESC",
        supplier_id,
        material_id,
    )


async def makers_of(supplier_id: int, material_id: int, *, apart: str) -> list[str]:
    """Whose goods this supplier delivered of this material before, other than with the lot `apart`; oldest first."""
    rows = await sql.fetch(
        "SELECT l.manufacturer FROM lot l JOIN trace_unit u ON u.id = l.id WHERE l.supplier = $1 AND l.material = $2"
        " AND u.code <> $3 GROUP BY l.manufacturer ORDER BY min(l.id)",
        supplier_id,
        material_id,
        apart,
    )
    return [row["manufacturer"] for row in rows]


async def other_sources(supplier_id: int, material_id: int) -> Sequence[str]:
    """Suppliers that were approved for this material before, by code."""
    rows = await sql.fetch(
        "SELECT DISTINCT s.code FROM approval p JOIN supplier s ON s.id = p.supplier WHERE p.material = $1"
        " AND p.supplier <> $2 AND p.state IN ('approved', 'conditional') ORDER BY s.code",
        material_id,
        supplier_id,
    )
    return [row["code"] for row in rows]
