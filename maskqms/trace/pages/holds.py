"""What the pages of holds show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.trace.actions.holds import lift_blockers, lift_content, shown_digest
from maskqms.trace.pages.traces import place_words
from maskqms.trace.queries.hold_lists import LISTS, ListedUnit
from maskqms.trace.queries.holds import HeldUnit, HoldRow
from maskqms.trace.queries.tables import View
from maskqms.trace.rules import plain
from maskqms.trace.states import HOLDABLE, HoldSubject, UnitKind
from maskqms.web.filters import at_code
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class HoldsPage:
    tabs: Sequence[Tab]
    rows: Sequence[HoldRow]
    paging: Paging
    may_hold: bool


def holds_page(rows: Sequence[HoldRow], total: int, active_only: bool, number: int, actor: Actor) -> HoldsPage:
    tabs = [
        Tab(_("On hold"), "/holds", total if active_only else None, active_only),
        Tab(_("All"), "/holds?all=true", None if active_only else total, not active_only),
    ]
    paging = Paging(number, PAGE_SIZE, total, "/holds", {} if active_only else {"all": "true"})
    return HoldsPage(tabs, rows, paging, actor.has(Role.INSPECTOR, Role.QUALITY))


@dataclass(frozen=True, slots=True)
class NewHoldPage:
    """The form, and the names it offers; with a subject in it, what the hold would stop."""

    form: Form[Any]
    names: Sequence[str] = ()
    stops: str | None = None
    reach: Sequence[Fact] = ()
    subjects: Sequence[Option] = tuple(Option(str(one), one.label) for one in HOLDABLE)


@dataclass(frozen=True, slots=True)
class HoldList:
    """One of the three lists of a hold: how long it is, its first entries, and where all of it is."""

    view: View
    total: int
    rows: Sequence[ListedUnit]
    trace: str | None
    csv: str
    xlsx: str

    def place_of(self, row: ListedUnit) -> Text | str:
        return place_words(row.place, row.name)


def hold_list(hold: HoldRow, view: View, rows: Sequence[ListedUnit]) -> HoldList:
    """A hold on a whole unit has its lists in the trace of that unit too."""
    whole = hold.subject_kind is HoldSubject.UNIT
    base = f"/holds/{hold.code}/{view}"
    return HoldList(
        view=view,
        total=rows[0].total if rows else 0,
        rows=rows,
        trace=f"/trace?{urlencode({'code': hold.subject, 'view': str(view)})}" if whole else None,
        csv=f"{base}/csv",
        xlsx=f"{base}/xlsx",
    )


@dataclass(frozen=True, slots=True)
class HoldPage:
    hold: HoldRow
    facts: Sequence[Fact]
    kinds: Sequence[Fact]
    lists: Sequence[HoldList]
    units: Sequence[HeldUnit]
    paging: Paging
    may_lift: bool
    shown: Shown
    meaning: Text
    form: Form[Any]
    signatures: Sequence[SignatureLine]


def hold_page(
    hold: HoldRow,
    kinds: Mapping[str, int],
    lists: Mapping[View, Sequence[ListedUnit]],
    units: Sequence[HeldUnit],
    number: int,
    signatures: Sequence[SignatureRow],
    actor: Actor,
    form: Form[Any] | None = None,
) -> HoldPage:
    facts = [
        Fact(hold.subject_kind.label, hold.subject, at_code(hold.subject) if hold.unit is not None else None),
        Fact(_("Placed by"), hold.placer),
        Fact(_("Placed"), hold.placed_at),
    ]
    if hold.span_from is not None and hold.span_to is not None:
        facts.append(Fact(_("Stretch"), f"{plain(hold.span_from)} - {plain(hold.span_to)}"))
    shown = [
        Fact(_("Hold"), hold.code),
        Fact(_("Of"), hold.subject),
        Fact(_("For"), hold.reason),
        Fact(_("Placed by"), hold.placer),
        Fact(_("Units"), hold.units),
    ]
    return HoldPage(
        hold=hold,
        facts=facts,
        kinds=kind_facts(kinds),
        lists=[hold_list(hold, view, lists[view]) for view in LISTS],
        units=units,
        paging=Paging(number, PAGE_SIZE, hold.units, f"/holds/{hold.code}"),
        may_lift=not lift_blockers(hold, actor),
        shown=Shown(shown, shown_digest(hold)),
        meaning=Meaning.LIFTED.label,
        form=form or blank(),
        signatures=[signature_line(s, void=not s.stands_for(_signed_digest(hold))) for s in signatures],
    )


def _signed_digest(hold: HoldRow) -> str:
    return content_digest(lift_content(hold, hold.lift_reason or ""))


def kind_facts(kinds: Mapping[str, int]) -> list[Fact]:
    return [Fact(kind.label, kinds[str(kind)]) for kind in UnitKind if str(kind) in kinds]
