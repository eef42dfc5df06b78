"""Results whose instrument failed afterwards: what failed, and the results sheet by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.queries.rechecks import DoubtRow, FailureRow, recheck_content
from maskqms.lab.states import Recheck
from maskqms.lab.words import mark
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Shown, Words


@dataclass(frozen=True, slots=True)
class RechecksPage:
    """Every calibration or check that was not good; `instrument` when only one is asked for."""

    failures: Sequence[FailureRow]
    instrument: str | None


@dataclass(frozen=True, slots=True)
class SheetDoubts:
    """The results of one sheet that one failure puts in doubt, and what is signed about them."""

    inspection: str
    unit_code: str
    item: str
    results: Sequence[DoubtRow]
    shown: Shown | None
    may_sign: bool

    @property
    def dialog(self) -> str:
        return f"sign-{self.inspection}"

    @property
    def signed(self) -> DoubtRow | None:
        return next((one for one in self.results if one.verdict is not None), None)


@dataclass(frozen=True, slots=True)
class RecheckPage:
    """One failure with all results since the last good calibration."""

    failure: FailureRow
    facts: Sequence[Fact]
    sheets: Sequence[SheetDoubts]
    meaning: Text
    form: Form[Any]
    verdicts: type[Recheck] = Recheck

    def mark(self, text: str) -> Words:
        return mark(text)


def recheck_page(
    found: FailureRow, doubts: Sequence[DoubtRow], actor: Actor, form: Form[Any] | None = None
) -> RecheckPage:
    by_sheet: dict[str, list[DoubtRow]] = {}
    for one in doubts:
        by_sheet.setdefault(one.inspection, []).append(one)
    return RecheckPage(
        failure=found,
        facts=(
            Fact(_("Instrument"), f"{found.instrument} {found.name}", f"/instruments/{found.instrument}"),
            Fact(_("Day"), found.done_on),
            Fact(_("Failed"), found.words),
            Fact(_("Results in doubt"), found.results),
            Fact(_("Still to be signed"), found.waiting),
        ),
        sheets=[_sheet(found, code, rows, actor) for code, rows in by_sheet.items()],
        meaning=Meaning.REVIEWED.label,
        form=form or blank(),
    )


def _sheet(found: FailureRow, code: str, rows: list[DoubtRow], actor: Actor) -> SheetDoubts:
    waiting = [one for one in rows if one.verdict is None and one.counts]
    shown = None
    if waiting:
        values = [Fact(f"{one.test} {one.specimen}", mark(one.text)) for one in waiting]
        head = Fact(_("Inspection"), f"{code} · {waiting[0].unit_code}")
        shown = Shown(
            [head, Fact(_("Instrument"), f"{found.instrument}: {found.words}"), *values],
            content_digest(recheck_content(found, code, waiting)),
        )
    apart = actor.has(Role.QUALITY) and actor.account_id not in {one.analyst for one in rows}
    return SheetDoubts(code, rows[0].unit_code, rows[0].item, rows, shown, bool(waiting) and apart)
