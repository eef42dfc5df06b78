"""One cell of a worksheet: its history, its correction, and the instrument it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import Actor
from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.devices.queries.readings import Offer
from maskqms.lab.pages.worksheet import Asked
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.sheets import ResultRow, Sheet
from maskqms.lab.rules import (
    choices,
    instrument_blockers,
    testers,
)
from maskqms.lab.states import InspectionState
from maskqms.lab.words import limit_words, mark
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option, Words


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What the instrument shows while a cell waits for it."""

    offer: Offer | None
    href: str
    occupied: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CellPage:
    """One cell: every value it ever had, the correction, and the instruments that can fill it."""

    sheet: Sheet
    test: PlannedTest
    limit: Words
    specimen: int
    history: Sequence[ResultRow]
    current: ResultRow | None
    editable: bool
    form: Form[Any]
    choices: Sequence[Option]
    instruments: Sequence[Option]
    offer: Offer | None
    href: str
    typed_with: Sequence[Option]

    def mark(self, text: str) -> Words:
        return mark(text)

    @property
    def waiting(self) -> OfferPage:
        return OfferPage(self.offer, self.href, self.current is not None, self.form)


def cell_page(
    sheet: Sheet,
    test: PlannedTest,
    specimen: int,
    actor: Actor,
    instruments: Sequence[InstrumentRow],
    offer: Offer | None,
    asked: Asked,
    form: Form[Any] | None = None,
) -> CellPage:
    row = sheet.inspection
    usable = [
        Option(one.code, f"{one.code} {one.name} ({one.unit})")
        for one in instruments
        if not instrument_blockers(row.plan, test.code, specimen, one.code, one.unit)
    ]
    return CellPage(
        sheet=sheet,
        test=test,
        limit=limit_words(test),
        specimen=specimen,
        history=sheet.history(test.code, specimen),
        current=sheet.current(test.code, specimen),
        editable=row.state is InspectionState.OPEN and actor.has(*testers(row.purpose)),
        form=form or blank(),
        choices=[Option(one.value, one.label) for one in choices(test)],
        instruments=usable,
        offer=offer,
        href=f"/inspections/{row.code}/cells/{test.code}/{specimen}",
        typed_with=asked.options(test),
    )
