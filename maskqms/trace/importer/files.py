"""CSV bytes into records with their line numbers; whatever is wrong with the form is a fault with its place.

Broken UTF-8 is found in the bytes and carried through as escapes, so that one bad byte hides no other fault.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO

from maskqms.i18n import Text, _
from maskqms.trace.importer.layout import Layout

csv.field_size_limit(1_000_000)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a physical line of a file (the header is 1) and, where it has one, the column."""

    file: str
    line: int
    column: str | None
    reason: Text

    def as_json(self) -> dict[str, str | int | None]:
        return {"file": self.file, "line": self.line, "column": self.column, "reason": str(self.reason)}


@dataclass(slots=True)
class Findings:
    """Faults, which forbid the import, and warnings, which do not."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, layout: Layout, line: int, column: str | None, reason: Text) -> None:
        self.faults.append(Fault(layout.name, line, column, reason))

    def warn(self, layout: Layout, line: int, column: str | None, reason: Text) -> None:
        self.warnings.append(Fault(layout.name, line, column, reason))


@dataclass(frozen=True, slots=True)
class Record:
    """The line on which it begins, its fields by column, and the columns that have a fault already."""

    line: int
    fields: dict[str, str]
    spoilt: frozenset[str] = frozenset()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file as it was given."""
    return {name: sha256(content).hexdigest() for name, content in sorted(files.items())}


def read(layout: Layout, content: bytes | None, findings: Findings) -> Iterator[Record]:
    """The records of a file that can be read as records at all; the rest is in the findings."""
    if content is None:
        findings.fault(layout, 0, None, _("The file is missing."))
        return
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        findings.fault(layout, line, None, _("A zero byte: this is not a text file."))
        return
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    text = text.replace("\r\n", "\n").replace("\r", " ")
    broken = set(_broken_lines(content)) if _has_escapes(text) else set()
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begin = 1
    columns: list[str] | None = None
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not row:
                continue
            for number in sorted(broken.intersection(range(line, begin))) if broken else ():
                reason = _("Broken UTF-8: the file was saved in another encoding, or damaged.")
                findings.fault(layout, number, _column_of_escape(columns, row), reason)
            if columns is None:
                columns = _header(layout, row, line, findings)
                if columns is None:
                    return
                continue
            yield _record(layout, line, columns, row, findings, broken=bool(broken))
    except csv.Error as error:
        findings.fault(layout, max(begin, reader.line_num), None, _("Quoting is broken: {error}.", error=str(error)))
    if columns is None:
        findings.fault(layout, 1, None, _("The file is empty: not even a header."))


def _record(
    layout: Layout, line: int, columns: list[str], row: list[str], findings: Findings, *, broken: bool
) -> Record:
    """The row by columns. Of a row without its shape only the code is believed: nobody else finds it unknown."""
    if len(row) == len(columns):
        fields = dict(zip(columns, row, strict=True))
        if not broken:
            return Record(line, fields)
        return Record(line, fields, frozenset(name for name, value in fields.items() if _has_escapes(value)))
    text = _("{found} fields where the header has {wanted}.", found=len(row), wanted=len(columns))
    findings.fault(layout, line, None, text)
    fields = dict.fromkeys(columns, "") | dict(zip(columns, row, strict=False))
    return Record(line, fields, frozenset(layout.columns) - {"code"})


def _has_escapes(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _broken_lines(content: bytes) -> Iterator[int]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield number


def _column_of_escape(columns: list[str] | None, row: list[str]) -> str | None:
    if columns is None or len(row) != len(columns):
        return None
    return next((name for name, value in zip(columns, row, strict=True) if _has_escapes(value)), None)


def _header(layout: Layout, row: list[str], line: int, findings: Findings) -> list[str] | None:
    """The columns in the file's order; None when one of ours is missing, for then no row can be judged."""
    columns = [name.strip() for name in row]
    missing = [name for name in layout.columns if name not in columns]
    for name in missing:
        findings.fault(layout, line, name, _("Column {name} is missing.", name=name))
    for name in dict.fromkeys(name for name in columns if columns.count(name) > 1):
        findings.fault(layout, line, name, _("Column {name} stands twice.", name=name))
        missing.append(name)
    for name in columns:
        if name not in layout.columns:
            findings.warn(layout, line, name, _("Column {name} is not known and not read.", name=name))
    return None if missing else columns
