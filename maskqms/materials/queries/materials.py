"""Materials and their specifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import current_locale
from maskqms.materials.specification import SpecifiedTests
from maskqms.materials.states import Category, Measure, SpecificationState


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """`version` is that of the specification in force."""

    id: int
    code: str
    name_zh: str
    name_en: str | None
    category: Category
    unit: Measure
    storage_life_days: int | None
    version: int | None
    suppliers: int

    @property
    def name(self) -> str:
        return self.name_zh if current_locale() == "zh" else self.name_en or self.name_zh


MATERIAL = (
    "SELECT m.id, m.code, m.name_zh, m.name_en, m.category, m.unit, m.storage_life_days,"
    " (SELECT max(s.version) FROM specification s WHERE s.material = m.id AND s.in_force_from <= maskqms_now())"
    " AS version,"
    " (SELECT count(*) FROM (SELECT DISTINCT ON (p.supplier) p.state FROM approval p"
    " WHERE p.material = m.id ORDER BY p.supplier, p.id DESC) l"
    " WHERE l.state IN ('approved', 'conditional')) AS suppliers"
    " FROM material m"
)


async def material_by_code(code: str) -> MaterialRow:
    row = await sql.one_as(MaterialRow, f"{MATERIAL} WHERE m.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_material(code: str) -> MaterialRow:
    """The material, nobody else's until the act ends: its specifications change under this lock."""
    await sql.execute("SELECT 1 FROM material WHERE code = $1 FOR UPDATE", code)
    return await material_by_code(code)


async def materials() -> list[MaterialRow]:
    return await sql.fetch_as(MaterialRow, f"{MATERIAL} ORDER BY m.category, m.code")


@dataclass(frozen=True, slots=True)
class SpecificationRow:
    """A version with its tests; `retired_at` is the day from which the next one holds."""

    id: int
    material: int
    material_code: str
    version: int
    state: SpecificationState
    level: str
    aql: str
    tests: Json[SpecifiedTests]
    drafted_by: int
    drafter_name: str
    drafted_at: datetime
    in_force_from: datetime | None
    retired_at: datetime | None
    approver_name: str | None

    @property
    def label(self) -> str:
        return f"{self.material_code} v{self.version}"

    @property
    def content(self) -> dict[str, Any]:
        """What is signed when it is put in force."""
        return {
            "material": self.material_code,
            "version": self.version,
            "level": self.level,
            "aql": self.aql,
            "tests": [test.model_dump(mode="json", exclude_none=True) for test in self.tests.tests],
        }

    def content_from(self, day: date) -> dict[str, Any]:
        """What is signed when it is put in force for a later day."""
        return self.content | {"in_force_from": str(day)}


SPECIFICATION = (
    "SELECT s.id, s.material, m.code AS material_code, s.version,"
    " CASE WHEN s.signature IS NULL THEN 'draft' WHEN s.in_force_from > maskqms_now() THEN 'coming'"
    " WHEN n.next_from <= maskqms_now() THEN 'retired' ELSE 'in_force' END AS state, s.level, s.aql,"
    " s.tests, s.drafted_by, d.name AS drafter_name, s.drafted_at, s.in_force_from,"
    " CASE WHEN s.signature IS NOT NULL THEN n.next_from END AS retired_at, a.name AS approver_name"
    " FROM specification s JOIN material m ON m.id = s.material JOIN account d ON d.id = s.drafted_by"
    " LEFT JOIN account a ON a.id = s.approved_by"
    " CROSS JOIN LATERAL (SELECT min(x.in_force_from) AS next_from FROM specification x"
    " WHERE x.material = s.material AND x.version > s.version) n"
)


async def specification(material: str, version: int) -> SpecificationRow:
    row = await sql.one_as(SpecificationRow, f"{SPECIFICATION} WHERE m.code = $1 AND s.version = $2", material, version)
    if row is None:
        raise NotFound(f"{material} v{version}")
    return row


async def specification_by_id(specification_id: int) -> SpecificationRow:
    row = await sql.one_as(SpecificationRow, f"{SPECIFICATION} WHERE s.id = $1", specification_id)
    if row is None:
        raise NotFound(f"#{specification_id}")
    return row


HOLDS_NOW = (
    "s.version = (SELECT max(x.version) FROM specification x"
    " WHERE x.material = s.material AND x.in_force_from <= maskqms_now())"
)
"""Of a specification `s`: it is the version that holds now, whatever its row says of itself."""


async def specification_in_force(material_id: int, at: datetime | None = None) -> SpecificationRow | None:
    """The version that holds now, or held (will hold) at a moment."""
    return await sql.one_as(
        SpecificationRow,
        f"{SPECIFICATION} WHERE s.material = $1 AND s.in_force_from <= coalesce($2, maskqms_now())"
        " ORDER BY s.version DESC LIMIT 1",
        material_id,
        at,
    )


async def specifications_in_force() -> dict[int, SpecificationRow]:
    """The version in force of each material that has one."""
    rows = await sql.fetch_as(SpecificationRow, f"{SPECIFICATION} WHERE {HOLDS_NOW}")
    return {row.material: row for row in rows}


async def specifications_of(material_id: int) -> list[SpecificationRow]:
    """Every version, newest first."""
    return await sql.fetch_as(
        SpecificationRow, f"{SPECIFICATION} WHERE s.material = $1 ORDER BY s.version DESC", material_id
    )
