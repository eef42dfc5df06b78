"""What the pages of deviations and changes show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.quality.queries import ChangeList, ChangeRow, DeviationList, DeviationRow
from maskqms.quality.states import CHANGE_MOVES, ChangeState, DeviationState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeviationsPage:
    tabs: Sequence[Tab]
    found: DeviationList
    paging: Paging
    form: Form[Any]


def deviations_page(found: DeviationList, state: DeviationState | None, text: str | None, page: int) -> DeviationsPage:
    def address(one: DeviationState | None) -> str:
        return Paging(1, 1, 1, "/deviations", {"state": one, "text": text}).to(1)

    tabs = [Tab(_("All"), address(None), None, state is None)]
    tabs += [Tab(one.label, address(one), None, one is state) for one in DeviationState]
    paging = Paging(page, PAGE_SIZE, found.total, "/deviations", {"state": state, "text": text})
    return DeviationsPage(tabs, found, paging, blank(state=state, text=text))


@dataclass(frozen=True, slots=True)
class NewDeviationPage:
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class DeviationPage:
    deviation: DeviationRow
    facts: Sequence[Fact]
    may_close: bool
    shown: Shown
    meaning: Text
    form: Form[Any]
    signatures: Sequence[SignatureLine]


def deviation_page(
    row: DeviationRow, actor: Actor, signatures: Sequence[SignatureRow], form: Form[Any] | None = None
) -> DeviationPage:
    opened = (
        Fact(_("Of"), f"{row.unit_code} {row.item}", f"/c/{row.unit_code}"),
        Fact(_("Opened by"), row.opener_name),
        Fact(_("Opened"), row.opened_at),
    )
    source = () if row.source is None else (Fact(_("Found by"), row.source, f"/c/{row.source}"),)
    content = row.content()
    return DeviationPage(
        deviation=row,
        facts=(*opened, *source),
        may_close=row.state is DeviationState.OPEN
        and actor.has(Role.QUALITY)
        and actor.account_id != row.opened_by,
        shown=Shown(
            [
                Fact(_("Deviation"), row.code),
                Fact(_("Of"), row.unit_code),
                Fact(_("What deviates"), row.title),
                Fact(_("What was found"), row.description),
                Fact(_("Done at once"), row.immediate_action),
            ],
            content_digest(content),
        ),
        meaning=Meaning.CLOSED.label,
        form=form or blank(),
        signatures=[
            signature_line(s, void=not s.stands_for(content_digest(row.content(row.conclusion)))) for s in signatures
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangesPage:
    tabs: Sequence[Tab]
    found: ChangeList
    paging: Paging


def changes_page(found: ChangeList, state: ChangeState | None, page: int) -> ChangesPage:
    def address(one: ChangeState | None) -> str:
        return Paging(1, 1, 1, "/changes", {"state": one}).to(1)

    tabs = [Tab(_("All"), address(None), None, state is None)]
    tabs += [Tab(one.label, address(one), None, one is state) for one in ChangeState]
    return ChangesPage(tabs, found, Paging(page, PAGE_SIZE, found.total, "/changes", {"state": state}))


@dataclass(frozen=True, slots=True)
class ChangePage:
    change: ChangeRow
    facts: Sequence[Fact]
    may_decide: bool
    moves: Sequence[Option]
    shown: Shown
    meaning: Text
    form: Form[Any]
    signatures: Sequence[SignatureLine]


def change_page(
    row: ChangeRow, actor: Actor, signatures: Sequence[SignatureRow], form: Form[Any] | None = None
) -> ChangePage:
    source = () if row.source is None else (Fact(_("About"), row.source, f"/suppliers/{row.source}"),)
    signed = content_digest(row.content(row.state, row.conclusion))
    return ChangePage(
        change=row,
        facts=(*source, Fact(_("Opened by"), row.opener_name), Fact(_("Opened"), row.opened_at)),
        may_decide=row.state is ChangeState.OPEN and actor.has(Role.QUALITY) and actor.account_id != row.opened_by,
        moves=[Option(to.value, to.label) for to in ChangeState if to in CHANGE_MOVES.after(row.state)],
        shown=Shown(
            [
                Fact(_("Change record"), row.code),
                Fact(_("What changes"), row.title),
                Fact(_("In detail"), row.description),
            ],
            content_digest(row.content()),
        ),
        meaning=_("Decision about a change"),
        form=form or blank(),
        signatures=[signature_line(s, void=not s.stands_for(signed)) for s in signatures],
    )
