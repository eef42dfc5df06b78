"""Imports of history: what was loaded when, and whether its rows are still what they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Json

from maskqms.db import sql


@dataclass(frozen=True, slots=True)
class ImportRow:
    id: int
    digests: Json[dict[str, str]]
    loaded: Json[dict[str, int]]
    rows_digest: str | None
    warnings: int
    actor: str
    at: datetime

    @property
    def rows(self) -> int:
        return sum(self.loaded.values())


@dataclass(frozen=True, slots=True)
class BrokenImport:
    """Rows that came by an import and are no longer what was loaded, though no act changed them."""

    id: int
    expected: str | None
    found: str


async def imports() -> list[ImportRow]:
    """Latest first."""
    return await sql.fetch_as(
        ImportRow, "SELECT id, digests, loaded, rows_digest, warnings, actor, at FROM history_import ORDER BY id DESC"
    )


async def import_by_id(import_id: int) -> ImportRow | None:
    return await sql.one_as(
        ImportRow,
        "SELECT id, digests, loaded, rows_digest, warnings, actor, at FROM history_import WHERE id = $1",
        import_id,
    )


async def broken_imports() -> list[BrokenImport]:
    """Digest the rows of every import anew: a row changed behind the product's back shows here (audit verify)."""
    found: list[Any] = await sql.fetch(
        "SELECT id, rows_digest AS expected, trace_import_digest(id) AS found FROM history_import ORDER BY id"
    )
    return [BrokenImport(**row) for row in found if row["expected"] != row["found"]]
