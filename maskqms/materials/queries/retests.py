"""Retest intervals of materials, retest dates of lots, and the worklist of what falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.i18n import current_locale
from maskqms.materials.states import Measure
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class RetestRuleRow:
    """The interval of a material and the tests that are repeated."""

    days: int
    tests: list[str]
    set_by: str
    set_at: datetime


async def retest_rule(material_id: int) -> RetestRuleRow | None:
    return await sql.one_as(
        RetestRuleRow, "SELECT days, tests, set_by, set_at FROM retest_rule WHERE material = $1", material_id
    )


@dataclass(frozen=True, slots=True)
class RetestRow:
    """A retest date and the inspection that it is counted from."""

    due_on: date
    inspection: str | None
    set_by: str
    set_at: datetime


async def retests_of(lot_id: int) -> list[RetestRow]:
    """Every date the lot ever had, the newest first."""
    return await sql.fetch_as(
        RetestRow,
        "SELECT r.due_on, i.code AS inspection, r.set_by, r.set_at FROM lot_retest r"
        " LEFT JOIN inspection i ON i.id = r.inspection WHERE r.lot = $1 ORDER BY r.id DESC",
        lot_id,
    )


async def running_retest(lot_id: int) -> str | None:
    """The code of the retest that is not decided yet."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT code FROM inspection WHERE subject = $1 AND purpose = 'retest' AND state <> 'decided'"
        " ORDER BY id DESC LIMIT 1",
        lot_id,
    )


async def specification_of(lot_id: int) -> int:
    return await sql.fetch_value("SELECT specification FROM lot WHERE id = $1", lot_id)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class DueRow:
    """A lot with its retest date."""

    code: str
    state: UnitState
    held: bool
    material_code: str
    name_zh: str
    name_en: str | None
    supplier_name: str
    on_hand: Decimal
    unit: Measure
    due_on: date
    expires_on: date | None
    running: str | None

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


@dataclass(frozen=True, slots=True)
class DueList:
    rows: list[DueRow]
    total: int


DUE = (
    " FROM (SELECT coalesce(r.lot, n.id) AS id, sum(n.on_hand) AS on_hand FROM trace_unit n"
    " LEFT JOIN roll r ON r.id = n.id WHERE n.on_hand > 0 AND n.kind IN ('lot', 'roll') GROUP BY 1) q"
    " JOIN lot l ON l.id = q.id JOIN trace_unit u ON u.id = l.id AND u.state IN ('released', 'conditional')"
    " JOIN LATERAL (SELECT due_on FROM lot_retest WHERE lot = l.id ORDER BY id DESC LIMIT 1) d ON true"
)
"""Usable lots of which something is there, with their retest date: asked from the stock, which stays small."""


async def lots_to_retest(*, page: int, size: int) -> DueList:
    """Lots in stock by their retest date, in two statements."""
    total = await sql.fetch_value(f"SELECT count(*) {DUE}")
    rows = await sql.fetch_as(
        DueRow,
        "SELECT f.code, f.state, f.held, m.code AS material_code, m.name_zh, m.name_en, s.name AS supplier_name,"
        " f.on_hand, f.unit, f.due_on, f.expires_on, (SELECT code FROM inspection WHERE subject = f.id"
        " AND purpose = 'retest' AND state <> 'decided' ORDER BY id DESC LIMIT 1) AS running FROM ("
        "SELECT l.id, u.code, u.state, u.held, l.material, l.supplier, q.on_hand, u.unit, d.due_on, l.expires_on"
        f" {DUE} ORDER BY d.due_on, l.id LIMIT $1 OFFSET $2) f JOIN material m ON m.id = f.material"
        " JOIN supplier s ON s.id = f.supplier ORDER BY f.due_on, f.id",
        size,
        (page - 1) * size,
    )
    return DueList(rows, total)
