"""A file of an instrument: choosing it, saying what its columns mean, and what would enter the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import Actor
from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.i18n import _
from maskqms.lab.instrument_files import ColumnNames, LineFault, OpenedFile, ReadFile
from maskqms.lab.nearness import NEAR, NEAR_TONE, is_warning
from maskqms.lab.queries.files import ColumnMapRow, ResultFileRow
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.rules import canonical_value, judge_value, testers
from maskqms.lab.states import InspectionState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Words
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class BringFilePage:
    """Choose a file and the instrument that wrote it."""

    inspection: InspectionRow
    instruments: Sequence[Option]
    form: Form[Any]


def bring_page(row: InspectionRow, instruments: Sequence[InstrumentRow], form: Form[Any]) -> BringFilePage:
    return BringFilePage(row, [Option(one.code, f"{one.code} {one.name}") for one in instruments], form)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line that can be entered, with its verdict."""

    line: int
    test: str
    specimen: int
    value: str
    tone: Tone
    word: Words


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file with its columns, and line by line what it would bring or what is wrong with it."""

    inspection: InspectionRow
    file: ResultFileRow
    facts: Sequence[Fact]
    head: Sequence[Option]
    tests: Sequence[Option]
    form: Form[Any]
    saved: ColumnMapRow | None
    lines: Sequence[PreviewLine]
    faults: Sequence[LineFault]
    editable: bool
    may_take: bool

    @property
    def sent(self) -> dict[str, str]:
        """The columns that the preview was made by go with the act, so that what is entered is what was looked at."""
        return self.saved.columns.model_dump(exclude_none=True) if self.saved else {}

    @property
    def href(self) -> str:
        return f"{self.inspection.href}/files/{self.file.id}"


def file_page(
    row: InspectionRow,
    file: ResultFileRow,
    table: OpenedFile,
    saved: ColumnMapRow | None,
    read: ReadFile | None,
    actor: Actor,
    form: Form[Any] | None = None,
) -> FilePage:
    editable = row.state is InspectionState.OPEN and actor.has(*testers(row.purpose)) and not file.taken
    start = saved.columns.model_dump(exclude_none=True) if saved else guessed(table.head).model_dump(exclude_none=True)
    return FilePage(
        inspection=row,
        file=file,
        facts=(
            Fact(_("Inspection"), row.code, row.href),
            Fact(_("Instrument"), file.instrument_code, f"/instruments/{file.instrument_code}"),
            Fact("SHA-256", file.digest[:16]),
            Fact(_("Brought by"), file.brought_by),
            Fact(_("Brought at"), file.brought_at),
        ),
        head=[Option(name, name) for name in table.head if name],
        tests=[Option(test.code, f"{test.requirement.name} ({test.code})") for test in row.plan.tests],
        form=form or blank(**start),
        saved=saved,
        lines=() if read is None else [_line(row, one.line, one.test, one.specimen, one.value) for one in read.values],
        faults=() if read is None else read.faults,
        editable=editable,
        may_take=editable and read is not None and bool(read.values) and not read.faults,
    )


GUESSES = {
    "value": ("value", "result", "数值", "结果", "测量值"),
    "test": ("test", "item", "项目", "检验项目"),
    "specimen": ("specimen", "sample", "no", "no.", "序号", "样品", "试样"),
    "unit": ("unit", "单位"),
}


def guessed(head: Sequence[str]) -> ColumnNames:
    """What the columns most likely mean; a person says so before anything is entered."""
    found = {
        what: next((name for name in head if name.strip().casefold() in words), None) for what, words in GUESSES.items()
    }
    return ColumnNames(**{**found, "value": found["value"] or head[-1] or "-"})


def _line(row: InspectionRow, line: int, code: str, specimen: int, typed: str) -> PreviewLine:
    test = row.plan.test(code)
    assert test is not None
    value = canonical_value(test, typed)
    outcome = judge_value(test, value)
    warned = is_warning(test, value)
    tone, word = (NEAR_TONE, NEAR) if warned else (outcome.tone, outcome.label)
    return PreviewLine(line, str(test.requirement.name), specimen, value, tone, word)
