"""What the pages of rejected goods show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.dispositions import rules
from maskqms.dispositions.actions.destroy import shown_content
from maskqms.dispositions.queries.goods import GoodsList, GoodsRow, TargetRow
from maskqms.dispositions.queries.records import DestructionRow, RegradeRow, ReturnRow
from maskqms.dispositions.states import DestructionState, RegradeState, Way
from maskqms.i18n import Text, _
from maskqms.trace.rules import plain
from maskqms.trace.states import measure_word
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab
from maskqms.workflow import Tone

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """Everything rejected that is still here, and what waits for a signature."""

    found: GoodsList
    paging: Paging
    destructions: Sequence[DestructionRow]
    regrades: Sequence[RegradeRow]


def rejected_page(
    found: GoodsList, destructions: Sequence[DestructionRow], regrades: Sequence[RegradeRow], page: int
) -> RejectedPage:
    return RejectedPage(found, Paging(page, PAGE_SIZE, found.total, "/rejected"), destructions, regrades)


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """The rejected goods of one lot with the three ways they can go."""

    lot: str
    rows: Sequence[GoodsRow]
    tabs: Sequence[Tab]
    way: str
    free: Sequence[Option]
    targets: Sequence[Option]
    may: bool
    who: Text
    form: Form[Any]


def goods_page(
    lot: str,
    way: Way,
    rows: Sequence[GoodsRow],
    targets: Sequence[TargetRow],
    actor: Actor,
    form: Form[Any] | None = None,
) -> GoodsPage:
    roles = rules.REQUESTERS if way is Way.REGRADE else rules.HANDLERS
    known = {row.material_code for row in rows}
    return GoodsPage(
        lot=lot,
        rows=rows,
        tabs=[Tab(one.label, f"/rejected/{lot}?way={one}", None, one is way) for one in Way],
        way=str(way),
        free=[Option(row.code, f"{row.code}  {plain(row.on_hand)} {row.unit}") for row in rows if row.pending is None],
        targets=[Option(row.code, f"{row.code} {row.name}") for row in targets if row.code not in known],
        may=actor.has(*roles),
        who=_("This is done by: {roles}.", roles=", ".join(str(role.label) for role in roles)),
        form=form or blank(),
    )


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """A return that happened, with its note to print."""

    row: ReturnRow
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class ReturnNotePage:
    """The note that travels with the goods."""

    row: ReturnRow
    facts: Sequence[Fact]


def return_facts(row: ReturnRow) -> tuple[Fact, ...]:
    return (
        Fact(_("Supplier"), f"{row.supplier_code} {row.supplier_name}", f"/suppliers/{row.supplier_code}"),
        Fact(_("Waybill"), row.waybill),
        Fact(_("Carrier"), row.carrier),
        Fact(_("Handed over by"), row.returned_name),
        Fact(_("Handed over on"), row.returned_at),
    )


@dataclass(frozen=True, slots=True)
class DestructionPage:
    """A destruction with its goods, and the dialog of whoever may witness it now."""

    row: DestructionRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    may_witness: bool
    may_cancel: bool
    shown: Shown
    meaning: Text
    signatures: Sequence[SignatureLine]
    form: Form[Any]


def destruction_page(
    row: DestructionRow, signatures: Sequence[SignatureRow], actor: Actor, form: Form[Any] | None = None
) -> DestructionPage:
    waiting = row.state is DestructionState.WAITING
    second = row.first_witness is not None
    quality = row.first_of_quality or actor.has(Role.QUALITY)
    goods = [Fact(code, f"{plain(quantity)} {measure_word(unit)}") for code, quantity, unit in row.goods]
    return DestructionPage(
        row=row,
        facts=(
            Fact(_("How"), row.method),
            Fact(_("Planned by"), row.planned_name),
            Fact(_("Planned"), row.planned_at),
            Fact(_("First witness"), row.first_name),
            Fact(_("Second witness"), row.second_name),
        ),
        band=rules.band(row.state, row.first_name),
        tone=row.state.tone if row.state is not DestructionState.DONE else Tone.NEUTRAL,
        may_witness=waiting
        and actor.has(*rules.WITNESSES)
        and actor.account_id != row.first_witness
        and (quality or not second),
        may_cancel=waiting and actor.has(*rules.HANDLERS),
        shown=Shown(
            [
                Fact(_("Destruction"), row.code),
                *goods,
                Fact(_("How"), row.method),
                Fact(_("Reason"), row.reason),
                Fact(_("First witness"), row.first_name),
            ],
            shown_content(row),
        ),
        meaning=Meaning.CHECKED.label,
        signatures=[signature_line(s) for s in signatures],
        form=form or blank(),
    )


@dataclass(frozen=True, slots=True)
class RegradePage:
    """A request, and for another person of quality the dialogs that decide it."""

    row: RegradeRow
    facts: Sequence[Fact]
    band: Text
    may_decide: bool
    shown: Shown
    approved: Text
    refused: Text
    signatures: Sequence[SignatureLine]
    form: Form[Any]


def regrade_page(
    row: RegradeRow, signatures: Sequence[SignatureRow], actor: Actor, form: Form[Any] | None = None
) -> RegradePage:
    quantity = f"{plain(row.quantity)} {row.of}"
    return RegradePage(
        row=row,
        facts=(
            Fact(_("Rejected unit"), row.unit_code, f"/units/{row.unit_code}"),
            Fact(_("Quantity"), quantity),
            Fact(_("Becomes"), f"{row.material_code} {row.material_name}", f"/materials/{row.material_code}"),
            Fact(_("Requested by"), row.requested_name),
            Fact(_("New lot"), row.lot_code, None if row.lot_code is None else f"/lots/{row.lot_code}"),
        ),
        band=_regrade_band(row),
        may_decide=row.state is RegradeState.REQUESTED
        and actor.has(Role.QUALITY)
        and actor.account_id != row.requested_by,
        shown=Shown(
            [
                Fact(_("Regrade"), row.code),
                Fact(_("Rejected unit"), row.unit_code),
                Fact(_("Quantity"), quantity),
                Fact(_("Becomes"), f"{row.material_code} {row.material_name}"),
                Fact(_("Reason"), row.reason),
                Fact(_("Requested by"), row.requested_name),
            ],
            content_digest(row.content),
        ),
        approved=Meaning.APPROVED.label,
        refused=Meaning.REJECTED.label,
        signatures=[signature_line(s) for s in signatures],
        form=form or blank(),
    )


def _regrade_band(row: RegradeRow) -> Text:
    if row.state is RegradeState.REQUESTED:
        return _("Quality, but not {name}, decides it with a signature.", name=row.requested_name)
    if row.state is RegradeState.APPROVED:
        return _("{lot} came of it and is inspected as {material}; {unit} stays rejected.",
                 lot=row.lot_code or "-", material=row.material_code, unit=row.unit_code)  # fmt: skip
    return _("Refused: {reason}", reason=row.decision_reason or "-")
