"""Results from a CSV file `test,specimen,value`: all bad rows are refused at once with their lines, or all are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maskqms.errors import Link, Reason, Refused, refuse
from maskqms.i18n import Text, _
from maskqms.standards.editions import Edition
from maskqms.standards.judging import Value, read_value
from maskqms.standards.requirement import Requirement

COLUMNS = ("test", "specimen", "value")


@dataclass(frozen=True, slots=True)
class Results:
    """The values of each test in the order of the file, and the tests that the edition asks of other grades only."""

    values: dict[str, list[Value]]
    not_asked: tuple[str, ...]


def read_code(text: str) -> str:
    """The code of a test as people type it: `bfe`, `RES_IN 30`."""
    return "_".join(text.upper().split())


def read_results(
    content: bytes, requirements: Iterable[Requirement], edition: Edition, *, name: str = "results.csv"
) -> Results:
    """The values of each test; refused with every bad row."""
    reader = _Reader({r.code: r for r in requirements}, {item.code for item in edition.tests}, edition.edition, name)
    reader.read(content)
    refuse(_("The file of results cannot be used"), reader.faults)
    return Results(reader.values, tuple(dict.fromkeys(reader.not_asked)))


class _Reader:
    """Gathers the values and every fault of one file."""

    def __init__(self, asked: dict[str, Requirement], known: set[str], edition: str, name: str) -> None:
        self.asked, self.known, self.edition, self.name = asked, known, edition, name
        self.values: dict[str, list[Value]] = {}
        self.not_asked: list[str] = []
        self.faults: list[Reason] = []
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, content: bytes) -> None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._fault(line, "results.encoding", _("Line {line}: the file is not UTF-8.", line=line))
            return
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        header: list[str] | None = None
        try:
            for row in rows:
                cells = [cell.strip() for cell in row]
                if not any(cells):
                    continue
                if header is None:
                    header = [cell.lower() for cell in cells]
                    if sorted(header) != sorted(COLUMNS):
                        break
                else:
                    self._row(rows.line_num, header, cells)
        except csv.Error as error:
            line = rows.line_num
            text_ = _("Line {line}: not well-formed CSV ({error}).", line=line, error=error)
            self._fault(line, "results.csv", text_)
        if header is None or sorted(header) != sorted(COLUMNS):
            self._fault(1, "results.header", _("Line 1: the header must be {columns}.", columns=",".join(COLUMNS)))

    def _row(self, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        if len(cells) != len(header):
            text = _("Line {line}: {given} columns instead of {needed}.", line=line, given=len(cells), needed=3)
            self._fault(line, "results.columns", text)
            return
        row = dict(zip(header, cells, strict=True))
        code, specimen = read_code(row["test"]), row["specimen"]
        if not specimen:
            self._fault(line, "results.specimen", _("Line {line}: the specimen is missing.", line=line))
        elif first := self._seen.get((code, specimen)):
            text = _(
                "Line {line}: specimen {specimen} of {test} stands already on line {first}.",
                line=line,
                specimen=specimen,
                test=code,
                first=first,
            )
            self._fault(line, "results.twice", text)
        else:
            self._seen[code, specimen] = line
        requirement = self.asked.get(code)
        if requirement is None:
            if code in self.known:
                self.not_asked.append(code)
            else:
                self._unknown(line, code)
            return
        try:
            value = read_value(requirement, row["value"])
        except Refused as refused:
            reason = refused.reasons[0]
            self._fault(line, reason.code, _("Line {line}: {fault}", line=line, fault=reason.text))
        else:
            self.values.setdefault(code, []).append(value)

    def _unknown(self, line: int, code: str) -> None:
        known = ", ".join(self.asked)
        text = _(
            "Line {line}: {edition} has no test {test}; use {known}.",
            line=line,
            edition=self.edition,
            test=code or "''",
            known=known,
        )
        self._fault(line, "results.test", text)

    def _fault(self, line: int, code: str, text: Text) -> None:
        self.faults.append(Reason(code, text, path=(Link(f"{self.name}:{line}", ""),)))
