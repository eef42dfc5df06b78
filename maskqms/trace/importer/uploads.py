"""What an import page is given: the CSV files, a zip of them, or a workbook with a sheet for each; all become CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _
from maskqms.trace.exports import to_csv, to_xlsx
from maskqms.trace.importer.layout import FILES

NAMES = frozenset(layout.name for layout in FILES)
LARGEST = 2_000_000_000
"""Bytes of an unpacked file; more is a bomb, not a history."""


def files_of(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The history's files by name. Refused when something else was given, or one file twice."""
    found: dict[str, bytes] = {}
    for name, content in uploads:
        for inner, text in _opened(name, content):
            if inner in found:
                raise _refused("import.twice", _("{file} was given twice.", file=inner))
            found[inner] = text
    if not found:
        raise _refused("import.nothing", _("None of the files is one of: {names}.", names=", ".join(sorted(NAMES))))
    return found


def _refused(code: str, text: Text) -> Refused:
    return Refused(_("Not imported"), [Reason(code, text, _("Download the template to see what is expected."))])


def _opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    plain = PurePosixPath(name.replace("\\", "/")).name.lower()
    if plain in NAMES:
        yield plain, content
    elif plain.endswith(".zip"):
        yield from _zipped(name, content)
    elif plain.endswith((".xlsx", ".xlsm")):
        yield from _sheets(name, content)
    else:
        raise _refused("import.unknown_file", _("{file} is none of the files of a history.", file=name))


def _zipped(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        archive = ZipFile(BytesIO(content))
        members = [info for info in archive.infolist() if PurePosixPath(info.filename).name.lower() in NAMES]
        if any(info.file_size > LARGEST for info in members):
            raise _refused("import.too_large", _("{file} holds a file that is too large.", file=name))
        for info in members:
            yield PurePosixPath(info.filename).name.lower(), archive.read(info)
    except (BadZipFile, RuntimeError, NotImplementedError) as error:
        raise _refused(
            "import.broken_zip", _("{file} cannot be opened as a zip: {error}", file=name, error=error)
        ) from None


def _sheets(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        text = _("{file} cannot be opened as a workbook: {error}", file=name, error=error)
        raise _refused("import.broken_workbook", text) from None
    for sheet in book.worksheets:
        file = f"{sheet.title.strip().lower().removesuffix('.csv')}.csv"
        if file in NAMES:
            yield file, _as_csv(sheet.iter_rows(values_only=True))


def _as_csv(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """A sheet as the file it stands for; rows that Excel keeps but nobody wrote in are left out."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    width = 0
    for row in rows:
        values = [_written(value) for value in row]
        width = width or len([value for value in values if value])
        if any(values):
            writer.writerow(values[:width] if not any(values[width:]) else values)
    return text.getvalue().encode("utf-8")


def _written(value: Any) -> str:
    """A cell as CSV has it: dates as ISO 8601, numbers without exponent or idle point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".")
    return str(value)


def template_workbook() -> bytes:
    """A sheet a file: its columns and one example row."""
    return to_xlsx((layout.name.removesuffix(".csv"), layout.columns, [layout.example]) for layout in FILES)


def template_zip() -> bytes:
    """The same as CSV files."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for layout in FILES:
            archive.writestr(layout.name, to_csv(layout.columns, [layout.example]))
    return content.getvalue()
