"""A file of an instrument is kept as it came, its columns are said once, and all its values enter the sheet or none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.devices.queries.instruments import instrument_by_code
from maskqms.errors import Reason, refuse
from maskqms.i18n import Text, _
from maskqms.lab import rules
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.instrument_files import (
    ColumnNames,
    LineFault,
    OpenedFile,
    import_reasons,
    map_faults,
    opened,
    read_lines,
)
from maskqms.lab.queries.files import ResultFileRow, result_file
from maskqms.lab.queries.inspections import locked_inspection
from maskqms.lab.queries.sheets import Sheet, current_results, locked_sheet

NOT_IMPORTED = _("Nothing imported")


@dataclass(frozen=True, slots=True)
class FileKept:
    """The answer, kept for a repeated request."""

    file: int


@dataclass(frozen=True, slots=True)
class FileTaken:
    """How many values came of a file."""

    values: int


def taken_cells(sheet: Sheet) -> frozenset[tuple[str, int]]:
    return frozenset((one.test, one.specimen) for one in current_results(sheet.results))


def table_of(name: str, content: bytes) -> OpenedFile:
    """The file as a table; refused when it is none."""
    found = opened(name, content)
    refuse(NOT_IMPORTED, import_reasons(name, [LineFault(0, found)]) if isinstance(found, Text) else [])
    assert isinstance(found, OpenedFile)
    return found


async def keep_file(code: str, *, instrument: str, name: str, content: bytes, actor: Actor) -> FileKept:
    """Keep the file with its hash; one that is no table is refused and leaves nothing but the refusal."""
    async with act(Tag.RESULT_FILE, actor=actor, subject=code) as this:
        source = await instrument_by_code(instrument)
        row = await locked_inspection(code)
        refuse(NOT_IMPORTED, actor.lacks(*rules.testers(row.purpose)) + rules.open_blockers(code, row.state))
        table = table_of(name, content)
        digest = hashlib.sha256(content).hexdigest()
        file = await sql.fetch_value(
            "INSERT INTO result_file (inspection, instrument, name, digest, content, brought_by, brought_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            row.id,
            source.id,
            name,
            digest,
            content,
            actor.name,
            this.at,
        )
        after = {"file": name, "digest": digest, "instrument": instrument, "lines": len(table.lines)}
        await this.record(subject=code, after=after)
        return FileKept(file)


async def save_columns(code: str, file: int, *, columns: ColumnNames, actor: Actor) -> ColumnNames:
    """Say what the columns of this instrument's files mean; the next file of it is read the same way."""
    async with act(Tag.COLUMN_MAP, actor=actor, subject=code) as this:
        row = await locked_inspection(code)
        kept = await result_file(code, file)
        table = table_of(kept.name, kept.content)
        refuse(
            _("Columns not kept"),
            actor.lacks(*rules.testers(row.purpose))
            + import_reasons(kept.name, map_faults(columns, table.head, row.plan)),
        )
        await sql.execute(
            "INSERT INTO column_map (instrument, columns, saved_by, saved_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (instrument) DO UPDATE SET columns = $2, saved_by = $3, saved_at = $4",
            kept.instrument,
            columns.model_dump_json(),
            actor.name,
            this.at,
        )
        await this.record(subject=kept.instrument_code, after=columns.model_dump(exclude_none=True))
        return columns


async def take_file(code: str, file: int, *, columns: ColumnNames, actor: Actor) -> FileTaken:
    """Enter every value of the file, each with its line; a single fault and nothing is entered."""
    async with act(Tag.RESULT_IMPORT, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        kept = await result_file(code, file)
        read = read_lines(table_of(kept.name, kept.content), columns, sheet.inspection.plan, taken_cells(sheet))
        reasons = actor.lacks(*rules.testers(sheet.inspection.purpose))
        reasons += rules.open_blockers(code, sheet.inspection.state)
        refuse(NOT_IMPORTED, reasons + (_taken_before(kept) or import_reasons(kept.name, read.faults)))
        for one in read.values:
            await enter_result(
                code,
                test=one.test,
                specimen=one.specimen,
                value=one.value,
                instrument=kept.instrument_code,
                actor=actor,
            )
        await sql.execute(
            "INSERT INTO result_line (result, file, line_number, text)"
            " SELECT r.id, $2, v.line, v.text FROM unnest($3::text[], $4::int[], $5::int[], $6::text[])"
            " AS v (test, specimen, line, text) JOIN lab_result r ON r.inspection = $1 AND r.test = v.test"
            " AND r.specimen = v.specimen AND r.supersedes IS NULL",
            sheet.inspection.id,
            file,
            [one.test for one in read.values],
            [one.specimen for one in read.values],
            [one.line for one in read.values],
            [one.text for one in read.values],
        )
        after = {"file": kept.name, "digest": kept.digest, "values": len(read.values)}
        await this.record(subject=code, after=after)
        return FileTaken(len(read.values))


def _taken_before(kept: ResultFileRow) -> list[Reason]:
    """Said once, and not again of every cell that has its value from that time."""
    if not kept.taken:
        return []
    return [Reason("file.taken", _("{file} was taken into this sheet already.", file=kept.name))]
