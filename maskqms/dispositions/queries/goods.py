"""Rejected goods, where they come from, and what they may be regraded to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.queries.sheets import Sheet, sheet
from maskqms.materials.queries.materials import HOLDS_NOW
from maskqms.materials.specification import SpecifiedTests
from maskqms.materials.states import Category
from maskqms.trace.states import UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """A lot or roll with its supplier and material. `pending`: a destruction or regrade that waits for it."""

    id: int
    code: str
    kind: UnitKind
    item: str
    on_hand: Decimal
    unit: str
    state: UnitState
    held: bool
    lot: int
    lot_code: str
    supplier: int
    supplier_code: str
    supplier_name: str
    supplier_lot: str
    material_code: str
    category: Category
    expires_on: date | None
    why: str | None
    pending: str | None


GOODS = (
    "SELECT u.id, u.code, u.kind, u.item, u.on_hand, u.unit, u.state, u.held, l.id AS lot, lu.code AS lot_code,"
    " s.id AS supplier, s.code AS supplier_code, s.name AS supplier_name, l.supplier_lot, m.code AS material_code,"
    " m.category, l.expires_on, coalesce("
    " (SELECT c.reason FROM unit_state_change c WHERE c.unit = u.id AND c.after = 'rejected'"
    " ORDER BY c.id DESC LIMIT 1),"
    " l.decision_reason) AS why, coalesce("
    " (SELECT d.code FROM destruction_line x JOIN destruction d ON d.id = x.destruction AND d.state = 'waiting'"
    "  WHERE x.unit = u.id ORDER BY d.id LIMIT 1),"
    " (SELECT g.code FROM regrade g WHERE g.unit = u.id AND g.state = 'requested' ORDER BY g.id LIMIT 1)) AS pending"
    " FROM trace_unit u LEFT JOIN roll r ON r.id = u.id JOIN lot l ON l.id = coalesce(r.lot, u.id)"
    " JOIN trace_unit lu ON lu.id = l.id JOIN supplier s ON s.id = l.supplier JOIN material m ON m.id = l.material"
)
REJECTED = "u.state = 'rejected' AND u.on_hand > 0 AND u.kind IN ('lot', 'roll')"


async def goods_by_code(codes: Sequence[str]) -> list[GoodsRow]:
    """The named lots and rolls, whatever their state; NotFound when one is none."""
    rows = await sql.fetch_as(GoodsRow, f"{GOODS} WHERE u.code = ANY($1::text[]) ORDER BY u.id", sorted(set(codes)))
    if missing := sorted(set(codes) - {row.code for row in rows}):
        raise NotFound(missing[0])
    return rows


@dataclass(frozen=True, slots=True)
class GoodsList:
    rows: list[GoodsRow]
    total: int


async def rejected_goods(*, page: int, size: int) -> GoodsList:
    """What is rejected and still here, oldest first."""
    total = await sql.fetch_value(f"SELECT count(*) FROM trace_unit u WHERE {REJECTED} AND u.import_id IS NULL")
    rows = await sql.fetch_as(
        GoodsRow, f"{GOODS} WHERE {REJECTED} ORDER BY u.id LIMIT $1 OFFSET $2", size, (page - 1) * size
    )
    return GoodsList(rows, total)


async def rejected_of(lot: str) -> list[GoodsRow]:
    """The rejected goods of a lot that are still here."""
    return await sql.fetch_as(GoodsRow, f"{GOODS} WHERE {REJECTED} AND lu.code = $1 ORDER BY u.id", lot)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A material that something may be regraded to, with the specification in force."""

    id: int
    code: str
    name: str
    category: Category
    unit: str
    specification: int | None
    version: int | None
    level: str | None
    aql: str | None
    tests: Json[SpecifiedTests] | None


TARGET = (
    "SELECT m.id, m.code, m.name_zh AS name, m.category, m.unit, s.id AS specification, s.version, s.level, s.aql,"
    f" s.tests FROM material m LEFT JOIN specification s ON s.material = m.id AND {HOLDS_NOW}"
)


async def target(code: str) -> TargetRow:
    row = await sql.one_as(TargetRow, f"{TARGET} WHERE m.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def targets(category: Category, unit: str) -> list[TargetRow]:
    """Materials of the same kind with limits in force."""
    return await sql.fetch_as(
        TargetRow,
        f"{TARGET} WHERE m.category = $1 AND m.unit = $2 AND s.id IS NOT NULL ORDER BY m.code",
        category,
        unit,
    )


async def materials_been(unit_id: int) -> set[str]:
    """The materials of a unit and of everything that it came from."""
    return set(
        await sql.fetch_value(
            "WITH RECURSIVE walk (id) AS (SELECT $1::bigint UNION SELECT e.parent FROM walk w"
            " JOIN trace_edge e ON e.child = w.id)"
            " SELECT coalesce(array_agg(DISTINCT u.identifiers ->> 'material')"
            " FILTER (WHERE u.identifiers ? 'material'), '{}') FROM walk w JOIN trace_unit u ON u.id = w.id",
            unit_id,
        )
    )


async def failed_sheet(unit_id: int, lot_id: int) -> Sheet | None:
    """The sheet that it was rejected by: its own, else the lot's newest, also a retest; none when a deviation alone was
    the cause."""
    code = await sql.fetch_value(
        "SELECT code FROM inspection WHERE subject IN ($1, $2) AND purpose IN ('incoming', 'retest')"
        " AND outcome = 'fail' ORDER BY subject = $1 DESC, id DESC LIMIT 1",
        unit_id,
        lot_id,
    )
    return None if code is None else await sheet(code)
