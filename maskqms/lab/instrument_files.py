"""Files that instruments write: opened as a table of lines, read by the column map of the instrument. Pure.

A file is taken whole or not at all: every fault of every line is listed, and one fault is enough that nothing counts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import Field

from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.plan import Plan, PlannedTest
from maskqms.lab.rules import measures_in, value_fault
from maskqms.standards.editions import Frozen

MOST_LINES = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")
"""Instruments of this market write either; anything decodes as something in the second, so it comes last."""


class ColumnNames(Frozen):
    """Which column says what. Without a test column the whole file is of `fixed_test`; without a specimen column the
    lines of a test are numbered as they come."""

    value: str = Field(min_length=1)
    test: str | None = None
    fixed_test: str | None = None
    specimen: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line that is not the head, with its number in the file and the text as it stands there."""

    number: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\t".join(self.cells)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as a table: its head and its lines."""

    head: tuple[str, ...]
    lines: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong in a line; line 0 is the file itself."""

    line: int
    text: Text


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value that can go into the sheet."""

    line: int
    test: str
    specimen: int
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file says under a column map."""

    values: tuple[ReadValue, ...]
    faults: tuple[LineFault, ...]


def opened(name: str, content: bytes) -> OpenedFile | Text:
    """The file as a table, or why it is none."""
    lower = name.lower()
    if lower.endswith((".xlsx", ".xlsm")):
        rows: list[tuple[str, ...]] | Text = _workbook(content)
    elif lower.endswith((".csv", ".txt", ".tsv")):
        rows = _text(content)
    else:
        return _("The file is neither CSV nor XLSX.")
    if isinstance(rows, Text):
        return rows
    numbered = [FileLine(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if len(numbered) < 2:
        return _("The file has no line under its head.")
    if len(numbered) > MOST_LINES:
        return _("The file has {count} lines; at most {most} are read.", count=len(numbered), most=MOST_LINES)
    return OpenedFile(numbered[0].cells, tuple(numbered[1:]))


def _text(content: bytes) -> list[tuple[str, ...]] | Text:
    if b"\x00" in content:
        return _("The file is not a text: it holds bytes that no text has.")
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        separator = max((";", "\t", ","), key=first.count)
        try:
            rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
            return [tuple(cell.strip() for cell in row) for row in rows]
        except csv.Error as error:
            return _("The file breaks off in the middle of a cell: {error}", error=error)
    return _("The file is written in no character set that is known here (UTF-8, GB 18030).")


def _workbook(content: bytes) -> list[tuple[str, ...]] | Text:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        return [tuple(_written(cell) for cell in row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        return _("The workbook cannot be opened: {error}", error=error)


def _written(value: Any) -> str:
    """A cell of a workbook as a text; a number without the idle places of its binary form."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.12g}" if "e" not in f"{value:.12g}" else f"{value:.12f}".rstrip("0").rstrip(".")
    return str(value).strip()


def map_faults(columns: ColumnNames, head: Sequence[str], plan: Plan) -> list[LineFault]:
    """A map whose columns this file does not have, or that says of no line which test it is."""
    faults = []
    for name in (columns.value, columns.test, columns.specimen, columns.unit):
        if name is not None and name not in head:
            faults.append(LineFault(1, _("The file has no column {name}.", name=name)))
    if columns.test is None and columns.fixed_test is None:
        faults.append(LineFault(0, _("Say in which column the test stands, or of which test the whole file is.")))
    if columns.test is None and columns.fixed_test is not None and plan.test(columns.fixed_test) is None:
        faults.append(LineFault(0, _("The plan has no test {test}.", test=columns.fixed_test)))
    return faults


def read_lines(file: OpenedFile, columns: ColumnNames, plan: Plan, taken: frozenset[tuple[str, int]]) -> ReadFile:
    """Every value with its place on the sheet, and every fault with its line. `taken` cells have a value already."""
    if faults := map_faults(columns, file.head, plan):
        return ReadFile((), tuple(faults))
    place = {name: number for number, name in reversed(list(enumerate(file.head)))}
    names = _names(plan)
    values: list[ReadValue] = []
    seen: dict[tuple[str, int], int] = {}
    found: list[LineFault] = []
    counted: dict[str, int] = {}
    for line in file.lines:
        said = {
            what: line.cells[place[name]] if place[name] < len(line.cells) else ""
            for what, name in columns.model_dump(exclude={"fixed_test"}, exclude_none=True).items()
        }
        test = (
            plan.test(columns.fixed_test)
            if columns.test is None and columns.fixed_test
            else names.get(said.get("test", "").casefold())
        )
        if test is None:
            found.append(LineFault(line.number, _("The plan has no test {test}.", test=said.get("test") or "-")))
            continue
        counted[test.code] = counted.get(test.code, 0) + 1
        specimen = _specimen(said.get("specimen"), counted[test.code])
        wrong = list(_faults(test, specimen, said, taken, seen))
        found += [LineFault(line.number, text) for text in wrong]
        if specimen is not None:
            seen.setdefault((test.code, specimen), line.number)
        if not wrong and specimen is not None:
            values.append(ReadValue(line.number, test.code, specimen, said["value"], line.text))
    return ReadFile(tuple(values), tuple(found))


def _names(plan: Plan) -> Mapping[str, PlannedTest]:
    """A test by its code or by either of its names, however the instrument writes it."""
    found: dict[str, PlannedTest] = {}
    for test in plan.tests:
        name = test.requirement.name
        for word in (name.zh, name.en, test.code):
            if word:
                found[word.casefold()] = test
    return found


def _specimen(said: str | None, place: int) -> int | None:
    if said is None:
        return place
    bare = said.removesuffix(".0")
    return int(bare) if bare.isdecimal() and len(bare) <= 6 else None


def _faults(
    test: PlannedTest,
    specimen: int | None,
    said: Mapping[str, str],
    taken: frozenset[tuple[str, int]],
    seen: Mapping[tuple[str, int], int],
) -> Iterator[Text]:
    if specimen is None:
        yield _("'{given}' is not the number of a specimen.", given=said.get("specimen", ""))
    elif not 1 <= specimen <= test.cells:
        yield _("{test} has specimens 1 to {cells}, not {given}.", test=test.code, cells=test.cells, given=specimen)
    elif (test.code, specimen) in taken:
        yield _("{test}, specimen {n} already has a value. It is never overwritten.", test=test.code, n=specimen)
    elif (first := seen.get((test.code, specimen))) is not None:
        yield _("{test}, specimen {n} stands in line {line} already.", test=test.code, n=specimen, line=first)
    if fault := value_fault(test, said["value"]):
        yield fault
    unit = said.get("unit")
    if unit and unit != test.requirement.unit and not measures_in(test.requirement.unit, unit):
        yield _(
            "{test} is in {unit}, the line says {given}.", test=test.code, unit=test.requirement.unit or "-", given=unit
        )


def import_reasons(name: str, faults: Sequence[LineFault]) -> list[Reason]:
    """Every fault as a reason of the refusal, with the file and the line."""
    return [
        Reason(
            "file.line" if fault.line else "file.unreadable",
            _("{file}, line {line}: {fault}", file=name, line=fault.line, fault=fault.text)
            if fault.line
            else _("{file}: {fault}", file=name, fault=fault.text),
            _("Nothing of the file was entered. Correct the file or the columns and take it again."),
        )
        for fault in faults
    ]
