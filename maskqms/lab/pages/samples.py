"""Samples: the list, one with its chain of custody and label, and the desk that receives by scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import Actor
from maskqms.i18n import Text, _
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.samples import Colleague, SampleList, SampleRow, StepRow
from maskqms.lab.states import SAMPLE_MOVES, SampleState
from maskqms.labels.actions import may_print
from maskqms.labels.rendering import Form as LabelForm
from maskqms.labels.symbols import Dpi
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Tab
from maskqms.workflow import Tone

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class SamplesPage:
    """Samples, those in one's own hands first to find."""

    tabs: Sequence[Tab]
    found: SampleList
    paging: Paging
    form: Form[Any]


def samples_page(
    found: SampleList, *, mine: bool, state: SampleState | None, text: str | None, page: int
) -> SamplesPage:
    query = {"mine": "yes" if mine else None, "state": state, "text": text}
    tabs = [
        Tab(_("In my hands"), "/samples?mine=yes", None, mine),
        Tab(_("All"), "/samples", None, not mine and state is None),
    ]
    tabs += [Tab(one.label, f"/samples?state={one}", None, one is state) for one in SampleState]
    return SamplesPage(tabs, found, Paging(page, PAGE_SIZE, found.total, "/samples", query), blank(**query))


@dataclass(frozen=True, slots=True)
class NewSamplePage:
    """Take a sample for a sheet."""

    inspection: InspectionRow
    measure: str
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One sample, who had it when, and what can be done with it next."""

    sample: SampleRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    steps: Sequence[StepRow]
    moves: Sequence[Option]
    people: Sequence[Option]
    form: Form[Any]
    print_form: Form[Any]
    may_print: bool
    dpis: Sequence[Option] = tuple(Option(str(dpi.value), f"{dpi.value} dpi") for dpi in Dpi)
    forms: Sequence[Option] = tuple(Option(one.value, one.value.upper()) for one in LabelForm)


def sample_page(
    row: SampleRow,
    steps: Sequence[StepRow],
    people: Sequence[Colleague],
    actor: Actor,
    form: Form[Any] | None = None,
) -> SamplePage:
    mine = row.holder == actor.account_id
    next_ = [state for state in SampleState if state in set(SAMPLE_MOVES.after(row.state))]
    if not mine:
        next_ = [state for state in next_ if row.state is SampleState.TAKEN and state is SampleState.RECEIVED]
    return SamplePage(
        sample=row,
        facts=(
            Fact(_("Of"), row.unit_code, f"/c/{row.unit_code}"),
            Fact(_("Inspection"), row.inspection, f"/inspections/{row.inspection}"),
            Fact(_("Container"), row.container),
            Fact(_("Storage"), row.storage),
            Fact(_("Taken by"), row.taken_name),
            Fact(_("Taken at"), row.taken_at),
        ),
        band=_band(row),
        tone=row.state.tone,
        steps=steps,
        moves=[Option(state.value, state.label) for state in next_],
        people=[Option(one.username, f"{one.name} ({one.username})") for one in people],
        form=form or blank(),
        print_form=blank(dpi=Dpi.D203.value),
        may_print=not may_print(actor),
    )


def _band(row: SampleRow) -> Text:
    if row.state is SampleState.HANDED:
        return _("On its way to {name}, who receives it by scan.", name=row.holder_name)
    if row.state is SampleState.DISPOSED:
        return _("Disposed of by {name}.", name=row.holder_name)
    if row.state is SampleState.RETAINED:
        return _("Retained by {name}: {place}.", name=row.holder_name, place=row.storage or "-")
    return _("In the hands of {name}.", name=row.holder_name)


@dataclass(frozen=True, slots=True)
class ReceivePage:
    """The lab's desk: scan what arrives."""

    rows: Sequence[SampleRow]
