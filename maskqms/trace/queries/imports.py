"""Imports of history: what was loaded when, by whom, from which files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound


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


IMPORT = "SELECT id, digests, loaded, rows_digest, warnings, actor, at FROM history_import"


async def imports() -> list[ImportRow]:
    """Latest first."""
    return await sql.fetch_as(ImportRow, f"{IMPORT} ORDER BY id DESC")


async def import_by_id(import_id: int) -> ImportRow:
    row = await sql.one_as(ImportRow, f"{IMPORT} WHERE id = $1", import_id)
    if row is None:
        raise NotFound(f"import-{import_id}")
    return row
