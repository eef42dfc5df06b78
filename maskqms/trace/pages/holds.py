"""What the pages of holds show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.trace.actions.holds import lift_blockers, lift_content, shown_digest
from maskqms.trace.queries.holds import HeldUnit, HoldRow
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import plain
from maskqms.trace.states import UnitKind
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Paging, Shown, SignatureLine, Tab

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
    """The form; with a unit in it, what the hold would stop."""

    form: Form[Any]
    unit: UnitRow | None = None
    reach: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class HoldPage:
    hold: HoldRow
    facts: Sequence[Fact]
    kinds: Sequence[Fact]
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
    units: Sequence[HeldUnit],
    number: int,
    signatures: Sequence[SignatureRow],
    actor: Actor,
    form: Form[Any] | None = None,
) -> HoldPage:
    facts = [
        Fact(_("Of"), hold.subject, f"/c/{hold.subject}" if hold.unit is not None else None),
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
        units=units,
        paging=Paging(number, PAGE_SIZE, hold.units, f"/holds/{hold.code}"),
        may_lift=not lift_blockers(hold, actor),
        shown=Shown(shown, shown_digest(hold)),
        meaning=Meaning.LIFTED.label,
        form=form or blank(),
        signatures=[
            SignatureLine(s.name, s.role_names, s.meaning.label, s.at, s.digest, not s.stands_for(_signed_digest(hold)))
            for s in signatures
        ],
    )


def _signed_digest(hold: HoldRow) -> str:
    return content_digest(lift_content(hold, hold.lift_reason or ""))


def kind_facts(kinds: Mapping[str, int]) -> list[Fact]:
    return [Fact(kind.label, kinds[str(kind)]) for kind in UnitKind if str(kind) in kinds]
