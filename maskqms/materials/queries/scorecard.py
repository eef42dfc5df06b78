"""What became of the lots of each supplier and material, and how their key values went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.i18n import current_locale
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import Category
from maskqms.settings import settings


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The lots of one supplier and material, by what was decided about them. `partly`: conditionally or in part;
    `late`: came after the day that was ordered, `late_days` after it on the average."""

    supplier_code: str
    supplier_name: str
    material: int
    material_code: str
    name_zh: str
    name_en: str | None
    category: Category
    lots: int
    accepted: int
    partly: int
    rejected: int
    waiting: int
    late: int
    late_days: Decimal | None
    last: datetime

    @property
    def material_name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh

    @property
    def decided(self) -> int:
        return self.lots - self.waiting

    @property
    def rate(self) -> Decimal | None:
        """Accepted without a condition, in per cent of the decided lots."""
        return None if not self.decided else (Decimal(100 * self.accepted) / self.decided).quantize(Decimal("0.1"))


SCORES = (
    "SELECT s.code AS supplier_code, s.name AS supplier_name, m.id AS material, m.code AS material_code, m.name_zh,"
    " m.name_en, m.category, count(*) AS lots,"
    " count(*) FILTER (WHERE l.decision = 'release' AND u.state <> 'conditional') AS accepted,"
    " count(*) FILTER (WHERE l.decision NOT IN ('release', 'reject') OR u.state = 'conditional') AS partly,"
    " count(*) FILTER (WHERE l.decision = 'reject') AS rejected,"
    " count(*) FILTER (WHERE l.decision IS NULL AND u.state <> 'conditional') AS waiting,"
    " count(*) FILTER (WHERE d.days > 0) AS late, round(avg(d.days) FILTER (WHERE d.days > 0), 1) AS late_days,"
    " max(l.received_at) AS last"
    " FROM lot l JOIN trace_unit u ON u.id = l.id JOIN supplier s ON s.id = l.supplier"
    " JOIN material m ON m.id = l.material LEFT JOIN LATERAL (SELECT (l.received_at AT TIME ZONE $2)::date - p.due_on"
    " AS days FROM purchase_line p WHERE p.id = l.purchase_line) d ON true WHERE NOT u.identifiers ? 'regraded_from'"
    " AND ($1::text IS NULL OR s.code = $1)"
    " GROUP BY s.id, m.id ORDER BY m.category, m.code, s.id"
)


async def scores(supplier: str | None = None) -> list[ScoreRow]:
    """Every supplier and material with lots, or those of one supplier."""
    return await sql.fetch_as(ScoreRow, SCORES, supplier, settings().zone)


@dataclass(frozen=True, slots=True)
class LotValue:
    """The mean of a key test over one lot, of the values that count."""

    material: int
    lot: str
    received_at: datetime
    test: str
    mean: Decimal
    lowest: Decimal
    highest: Decimal
    values: int


async def key_values(supplier_id: int, tests: Sequence[str]) -> list[LotValue]:
    """The key values of a supplier's lots, in the order in which they came."""
    return await sql.fetch_as(
        LotValue,
        "SELECT l.material, u.code AS lot, l.received_at, r.test, avg(r.value) AS mean, min(r.value) AS lowest,"
        " max(r.value) AS highest, count(*) AS values FROM lot l JOIN trace_unit u ON u.id = l.id"
        " JOIN inspection i ON i.subject = l.id AND i.purpose = 'incoming' JOIN lab_result r ON r.inspection = i.id"
        " WHERE l.supplier = $1 AND r.test = ANY($2::text[]) AND r.value IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM lab_result n WHERE n.supersedes = r.id)"
        " AND lab_result_counts(r.id, r.retest, r.specimen)"
        " GROUP BY l.id, u.code, r.test ORDER BY l.id, r.test",
        supplier_id,
        list(tests),
    )


@dataclass(frozen=True, slots=True)
class SingleSource:
    """A key material with one approved supplier or none."""

    code: str
    name_zh: str
    name_en: str | None
    sources: int

    @property
    def name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


async def single_sources(day: date) -> list[SingleSource]:
    """Key materials that fewer than two suppliers may deliver that day (S22)."""
    return await sql.fetch_as(
        SingleSource,
        "SELECT * FROM (SELECT m.code, m.name_zh, m.name_en, (SELECT count(*) FROM (SELECT DISTINCT ON (p.supplier)"
        " p.state, p.valid_until FROM approval p WHERE p.material = m.id ORDER BY p.supplier, p.id DESC) l"
        " WHERE l.state IN ('approved', 'conditional') AND l.valid_until >= $2) AS sources"
        " FROM material m WHERE m.category = ANY($1::text[])) k WHERE sources < 2 ORDER BY code",
        [str(category) for category in KEY_TESTS],
        day,
    )
