"""The tally of one test: buttons for what is seen, the count against Ac and Re, and what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import Actor
from maskqms.i18n import Text, _
from maskqms.lab.plan import PlannedTest, Tally
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.rules import testers
from maskqms.lab.states import DefectClass, InspectionState
from maskqms.lab.tallying import Count, Entry, count, last_bad
from maskqms.lab.words import sampling_words
from maskqms.web.forms import Form, blank
from maskqms.workflow import Tone

KEYS = {DefectClass.CRITICAL: "1", DefectClass.MAJOR: "2", DefectClass.MINOR: "3"}
"""The key that counts a defect of the class; `0` counts a good piece."""

SHOWN = 30


@dataclass(frozen=True, slots=True)
class TallyPage:
    """A test whose bad pieces are counted."""

    inspection: InspectionRow
    test: PlannedTest
    plan: Tally
    sampling: Text
    count: Count
    band: Text
    tone: Tone
    entries: Sequence[Entry]
    defects: Sequence[str]
    form: Form[Any]
    may_count: bool
    may_join: bool
    may_enter: bool

    @property
    def href(self) -> str:
        return f"{self.inspection.href}/tally/{self.test.code}"

    @property
    def classes(self) -> Sequence[tuple[DefectClass, str, int]]:
        """Each class with its key and how many defects of it were seen."""
        return [(one, KEYS[one], self.count.by_class[one]) for one in DefectClass]


def tally_page(
    sheet: Sheet, test: PlannedTest, plan: Tally, entries: Sequence[Entry], actor: Actor, form: Form[Any] | None = None
) -> TallyPage:
    found = count(entries)
    row = sheet.inspection
    value = sheet.current(test.code, 1)
    works = row.state is InspectionState.OPEN and actor.has(*testers(row.purpose)) and value is None
    band, tone = found.stands(plan)
    if value is not None:
        band, tone = _("Entered as the value: {count} nonconforming.", count=value.text), value.outcome.tone
    return TallyPage(
        inspection=row,
        test=test,
        plan=plan,
        sampling=sampling_words(plan),
        count=found,
        band=band,
        tone=tone,
        entries=list(entries)[::-1][:SHOWN],
        defects=sorted({entry.defect for entry in entries if entry.defect}),
        form=form or blank(pieces=1),
        may_count=works,
        may_join=works and last_bad(entries) is not None,
        may_enter=works and found.decided(plan),
    )
