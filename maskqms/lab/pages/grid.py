"""The grid of a worksheet: tests by specimens, each cell with its verdict, its analyst and what is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.devices.rules import use_blockers
from maskqms.i18n import _
from maskqms.lab.nearness import NEAR, is_warning
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.investigations import InvestigationRow
from maskqms.lab.queries.measuring import LaboratoryRow, ReportRow
from maskqms.lab.queries.sheets import ResultRow, Sheet
from maskqms.lab.rules import choices, measures_in
from maskqms.lab.states import LaboratoryState
from maskqms.lab.words import limit_words
from maskqms.standards.limits import Kind
from maskqms.web.parts import Grid, GridCell, GridRow, Option
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands around a sheet: with what its tests can be measured, who tested outside, and what is looked into."""

    instruments: Sequence[InstrumentRow] = ()
    last: Mapping[str, str] = field(default_factory=dict)
    investigations: Sequence[InvestigationRow] = ()
    reports: Sequence[ReportRow] = ()
    laboratories: Sequence[LaboratoryRow] = ()
    today: date = date.max

    def options(self, test: PlannedTest) -> list[Option]:
        """The instruments that can be named for a test and may be used today."""
        if test.requirement.kind is Kind.ATTRIBUTE:
            return []
        fit = [one for one in self.instruments if _fits(test, one) and not use_blockers(one.facts, self.today)]
        return [Option(one.code, f"{one.code} {one.name}") for one in fit]

    @property
    def laboratory_options(self) -> list[Option]:
        return [
            Option(one.code, f"{one.code} {one.name}")
            for one in self.laboratories
            if one.state is LaboratoryState.QUALIFIED
        ]


def _fits(test: PlannedTest, instrument: InstrumentRow) -> bool:
    """Of the kind the plan asks for; where it asks for none, one that measures in the unit of the limit."""
    if test.instrument is not None:
        return instrument.kind is test.instrument
    return measures_in(test.requirement.unit, instrument.unit)


def grid_of(sheet: Sheet, asked: Asked) -> Grid:
    """The worksheet; a cell that has its value is locked, corrections are made with a reason."""
    code = sheet.inspection.code
    rows = [grid_row(sheet, test, asked) for test in sheet.inspection.plan.tests]
    return Grid(
        url=f"/inspections/{code}/results",
        rows=rows,
        specimens=max(len(row.cells) for row in rows),
        label=_("Values of inspection {code}", code=code),
    )


def grid_row(sheet: Sheet, test: PlannedTest, asked: Asked | None = None) -> GridRow:
    """A test with its cells."""
    code = sheet.inspection.code
    cells = [grid_cell(sheet.current(test.code, n), n, test, code) for n in range(1, test.cells + 1)]
    return replace(row_head(test, asked), cells=cells)


def row_head(test: PlannedTest, asked: Asked | None = None) -> GridRow:
    """A test without its cells: all that one cell of it needs."""
    name = str(test.requirement.name)
    return GridRow(
        test=test.code,
        label=name if test.required else _("{test} (if tested)", test=name),
        limit=limit_words(test),
        unit=_("nonconforming") if test.counted is not None else test.requirement.unit,
        cells=(),
        choices=[(one.value, one.label) for one in choices(test)],
        instruments=asked.options(test) if asked else (),
        instrument=asked.last.get(test.code) if asked else None,
    )


def grid_cell(
    found: ResultRow | None, specimen: int, test: PlannedTest | None = None, sheet: str | None = None
) -> GridCell:
    """A cell as it stands: who entered it, from what, and a warning in a word where it passes narrowly."""
    if found is None:
        return GridCell(specimen)
    warned = test is not None and is_warning(test, found.text)
    return GridCell(
        specimen,
        found.text,
        Tone.WAIT if warned else found.outcome.tone,
        NEAR if warned else found.outcome.label,
        " · ".join(part for part in (found.instrument, found.place, found.analyst_name) if part),
        locked=True,
        raw=found.frame or found.line_text,
        note=NEAR if warned else None,
        href=sheet and f"/inspections/{sheet}/cells/{found.test}/{specimen}",
    )
