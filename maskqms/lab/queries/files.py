"""Files of instruments and how their columns are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Json

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.instrument_files import ColumnNames


@dataclass(frozen=True, slots=True)
class ResultFileRow:
    """A file as it came."""

    id: int
    inspection: str
    instrument: int
    instrument_code: str
    name: str
    digest: str
    content: bytes
    brought_by: str
    brought_at: datetime
    taken: int


async def result_file(inspection: str, file: int) -> ResultFileRow:
    row = await sql.one_as(
        ResultFileRow,
        "SELECT f.id, i.code AS inspection, f.instrument, n.code AS instrument_code, f.name, f.digest, f.content,"
        " f.brought_by, f.brought_at, (SELECT count(*) FROM result_line l WHERE l.file = f.id) AS taken"
        " FROM result_file f JOIN inspection i ON i.id = f.inspection JOIN instrument n ON n.id = f.instrument"
        " WHERE i.code = $1 AND f.id = $2",
        inspection,
        file,
    )
    if row is None:
        raise NotFound(f"{inspection}/{file}")
    return row


@dataclass(frozen=True, slots=True)
class ColumnMapRow:
    columns: Json[ColumnNames]
    saved_by: str
    saved_at: datetime


async def column_map(instrument: int) -> ColumnMapRow | None:
    """How the files of this instrument were read last."""
    return await sql.one_as(
        ColumnMapRow, "SELECT columns, saved_by, saved_at FROM column_map WHERE instrument = $1", instrument
    )
