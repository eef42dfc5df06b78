"""The pages of suppliers: the list, one with its papers and approvals, and the decision about one material."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import content_digest
from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.materials.actions.approvals import approval_content
from maskqms.materials.actions.suppliers import BUYERS
from maskqms.materials.pages.lots import material_options
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.suppliers import ApprovalRow, CredentialRow, SupplierLine, SupplierRow
from maskqms.materials.rules.papers import WARN_BEFORE, credential_blockers, credential_state, needed_types
from maskqms.materials.states import (
    APPROVAL_MOVES,
    ApprovalState,
    Category,
    CredentialState,
    CredentialType,
)
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Shown, SignatureLine
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class SupplierListLine:
    row: SupplierLine
    tone: Tone
    word: Text


@dataclass(frozen=True, slots=True)
class SuppliersPage:
    lines: Sequence[SupplierListLine]
    may_enter: bool


def suppliers_page(rows: Sequence[SupplierLine], day: date, actor: Actor) -> SuppliersPage:
    def papers(row: SupplierLine) -> tuple[Tone, Text]:
        if row.expired:
            return Tone.STOP, _("{count} expired", count=row.expired)
        if row.next_end is None:
            return Tone.NEUTRAL, _("none with an end")
        left = row.next_end - day
        return (Tone.WAIT if left <= WARN_BEFORE else Tone.OK), _("{days} days left", days=left.days)

    return SuppliersPage([SupplierListLine(row, *papers(row)) for row in rows], actor.has(*BUYERS))


@dataclass(frozen=True, slots=True)
class NewSupplierPage:
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CredentialLine:
    """A paper as it stands today, with the days it still has."""

    row: CredentialRow
    state: CredentialState
    left: Text | None


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    row: ApprovalRow
    state: ApprovalState
    ended: bool


@dataclass(frozen=True, slots=True)
class SupplierPage:
    supplier: SupplierRow
    facts: Sequence[Fact]
    credentials: Sequence[CredentialLine]
    approvals: Sequence[ApprovalLine]
    signatures: Sequence[SignatureLine]
    may_enter: bool
    may_decide: bool
    types: Sequence[Option]
    materials: Sequence[Option]
    unproposed: Sequence[Option]
    form: Form[Any]
    propose_form: Form[Any]
    withdraw_form: Form[Any]


def credential_line(row: CredentialRow, day: date) -> CredentialLine:
    state = credential_state(row, day)
    left = None
    if row.valid_until is not None and state in (CredentialState.VALID, CredentialState.ENDING):
        left = _("{days} days left", days=(row.valid_until - day).days)
    elif row.valid_until is None and state is CredentialState.VALID:
        left = _("long-term")
    return CredentialLine(row, state, left)


def latest(rows: Sequence[ApprovalRow]) -> list[ApprovalRow]:
    """The decision that counts of each material; the rows are newest first."""
    found: dict[int, ApprovalRow] = {}
    for row in rows:
        found.setdefault(row.material, row)
    return sorted(found.values(), key=lambda row: row.material_code)


def supplier_page(
    supplier: SupplierRow,
    credentials: Sequence[CredentialRow],
    approvals: Sequence[ApprovalRow],
    materials: Sequence[MaterialRow],
    signatures: Sequence[SignatureRow],
    day: date,
    actor: Actor,
    forms: Mapping[str, Form[Any]],
) -> SupplierPage:
    current = latest(approvals)
    known = {row.material for row in current if row.state is not ApprovalState.REMOVED}
    return SupplierPage(
        supplier=supplier,
        facts=(
            Fact(_("Kind"), supplier.kind.label),
            Fact(_("Address"), supplier.address),
            Fact(_("Contact"), supplier.contact),
        ),
        credentials=[credential_line(row, day) for row in credentials],
        approvals=[
            ApprovalLine(row, row.state, row.valid_until is not None and row.valid_until < day) for row in current
        ],
        signatures=[signature_line(s) for s in signatures],
        may_enter=actor.has(*BUYERS),
        may_decide=actor.has(Role.QUALITY),
        types=[Option(one.value, one.label) for one in CredentialType],
        materials=material_options(materials),
        unproposed=material_options([row for row in materials if row.id not in known]),
        form=forms.get("form", blank(valid_from=day)),
        propose_form=forms.get("propose_form", blank()),
        withdraw_form=forms.get("withdraw_form", blank()),
    )


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """The decision about a supplier for one material: what is known, and what stands in the way."""

    supplier: SupplierRow
    material: MaterialRow
    current: ApprovalState
    history: Sequence[ApprovalRow]
    credentials: Sequence[CredentialLine]
    needed: Sequence[CredentialType]
    standing: Sequence[Reason]
    moves: Sequence[Option]
    may_decide: bool
    shown: Shown
    meaning: Text
    form: Form[Any]


def approval_page(
    supplier: SupplierRow,
    material: MaterialRow,
    history: Sequence[ApprovalRow],
    credentials: list[CredentialRow],
    rules: Mapping[Category, tuple[CredentialType, ...]],
    day: date,
    actor: Actor,
    form: Form[Any] | None,
) -> ApprovalPage:
    standing_state = history[0].state if history else None
    state = standing_state or ApprovalState.PENDING
    needed = needed_types(rules.get(material.category), supplier.kind)
    content = approval_content(supplier, material.code, standing_state, credentials)
    year = date(day.year + 1, day.month, min(day.day, 28))
    return ApprovalPage(
        supplier=supplier,
        material=material,
        current=state,
        history=history,
        credentials=[credential_line(row, day) for row in credentials],
        needed=needed,
        standing=credential_blockers(
            credentials,
            types=needed,
            material=material.id,
            material_code=material.code,
            supplier_code=supplier.code,
            supplier_name=supplier.name,
            day=day,
        ),
        moves=[Option(to.value, to.label) for to in ApprovalState if to in APPROVAL_MOVES.after(state)],
        may_decide=actor.has(Role.QUALITY),
        shown=Shown(
            [
                Fact(_("Supplier"), f"{supplier.code} {supplier.name}"),
                Fact(_("Material"), f"{material.code} {material.name}"),
                Fact(_("Stands now"), state.label),
                *(
                    Fact(row.type.label, f"{row.number} → {row.valid_until or '∞'}")
                    for row in credentials
                    if not row.withdrawn
                ),
            ],
            content_digest(content),
        ),
        meaning=_("Supplier approval"),
        form=form or blank(valid_from=day, valid_until=year),
    )


@dataclass(frozen=True, slots=True)
class PapersPage:
    """Which papers each category needs."""

    lines: Sequence[tuple[Category, Form[Any]]]
    types: Sequence[Option]
    may_change: bool


def papers_page(
    rules: Mapping[Category, tuple[CredentialType, ...]], default: Sequence[CredentialType], actor: Actor
) -> PapersPage:
    return PapersPage(
        [(category, blank(types=[one.value for one in rules.get(category, tuple(default))])) for category in Category],
        [Option(one.value, one.label) for one in CredentialType],
        actor.has(Role.QUALITY),
    )
