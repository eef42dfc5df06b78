"""Stock counts with their lines; what is to be counted is never told before it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.materials.rules.counts import Variance
from maskqms.materials.stock_states import CountState
from maskqms.trace.states import UnitKind


@dataclass(frozen=True, slots=True)
class CountRow:
    id: int
    code: str
    location: str | None
    material: str | None
    state: CountState
    limit_percent: Decimal | None
    opener_name: str
    opened_at: datetime
    explanation: str | None
    finished_by: int | None
    finisher_name: str | None
    finished_at: datetime | None
    hold: str | None
    hold_active: bool
    approver_name: str | None
    approved_at: datetime | None
    lines: int
    counted: int
    different: int
    total: int = 0

    @property
    def about(self) -> str:
        return self.location or self.material or ""

    @property
    def href(self) -> str:
        return f"/stock/counts/{self.code}"

    @property
    def station(self) -> str:
        return f"/station/warehouse/counts/{self.code}"


COUNT = (
    "SELECT c.id, c.code, p.code AS location, m.code AS material, c.state, c.limit_percent, o.name AS opener_name,"
    " c.opened_at, c.explanation, c.finished_by, f.name AS finisher_name, c.finished_at, h.code AS hold,"
    " coalesce(h.state = 'active', false) AS hold_active, a.name AS approver_name, c.approved_at, n.lines, n.counted,"
    " n.different, count(*) OVER () AS total FROM stock_count c JOIN account o ON o.id = c.opened_by"
    " LEFT JOIN location p ON p.id = c.location LEFT JOIN material m ON m.id = c.material"
    " LEFT JOIN account f ON f.id = c.finished_by LEFT JOIN account a ON a.id = c.approved_by"
    " LEFT JOIN hold h ON h.id = c.hold CROSS JOIN LATERAL (SELECT count(*) AS lines, count(counted) AS counted,"
    " count(*) FILTER (WHERE counted <> book) AS different FROM stock_count_line l WHERE l.count = c.id) n"
)


async def counts(*, state: CountState | None = None, page: int = 1, size: int = 50) -> list[CountRow]:
    """A page of the list, the newest first, in one statement."""
    return await sql.fetch_as(
        CountRow,
        f"{COUNT} WHERE ($1::text IS NULL OR c.state = $1) ORDER BY c.id DESC LIMIT $2 OFFSET $3",
        state,
        size,
        (page - 1) * size,
    )


async def count_by_code(code: str) -> CountRow:
    row = await sql.one_as(CountRow, f"{COUNT} WHERE c.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_count(code: str) -> CountRow:
    """The count, nobody else's until the act ends."""
    await sql.execute("SELECT 1 FROM stock_count WHERE code = $1 FOR UPDATE", code)
    return await count_by_code(code)


@dataclass(frozen=True, slots=True)
class CountLine:
    """A unit of a count. `book` is what stood in the book at the moment it was counted."""

    unit: int
    code: str
    kind: UnitKind
    item: str
    measure: str
    location: str | None
    expected: bool
    seen: bool
    book: Decimal | None
    counted: Decimal | None
    counter: int | None
    counter_name: str | None
    counted_at: datetime | None
    held: bool

    @property
    def variance(self) -> Variance | None:
        if self.book is None or self.counted is None:
            return None
        return Variance(self.unit, self.code, self.book, self.counted)


async def lines_of(count_id: int) -> list[CountLine]:
    return await sql.fetch_as(
        CountLine,
        "SELECT l.unit, u.code, u.kind, u.item, u.unit AS measure, u.location, l.expected, l.seen, l.book, l.counted,"
        " l.counted_by AS counter, a.name AS counter_name, l.counted_at, u.held FROM stock_count_line l"
        " JOIN trace_unit u ON u.id = l.unit LEFT JOIN account a ON a.id = l.counted_by WHERE l.count = $1"
        " ORDER BY u.code",
        count_id,
    )


async def count_limit() -> tuple[Decimal, str] | None:
    """The limit in force and its source; None when nobody has set one."""
    row = await sql.fetch_one("SELECT percent, basis FROM stock_count_limit ORDER BY id DESC LIMIT 1")
    return None if row is None else (row["percent"], row["basis"])


def count_content(row: CountRow, lines: list[CountLine]) -> dict[str, Any]:
    """What is signed when a count is approved."""
    return {
        "count": row.code,
        "about": row.about,
        "limit_percent": row.limit_percent,
        "explanation": row.explanation,
        "finished_at": row.finished_at,
        "differences": [
            {"unit": line.code, "book": line.book, "counted": line.counted, "of": line.measure}
            for line in lines
            if line.counted != line.book
        ],
        "counted": len(lines),
    }
