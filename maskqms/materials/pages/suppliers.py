"""The pages of suppliers: the list, one with its papers and approvals, and the papers that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import AccountRow, SignatureRow
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.materials.actions.suppliers import BUYERS
from maskqms.materials.pages.receive import material_options
from maskqms.materials.queries.changes import SourceChangeRow
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.scorecard import SingleSource
from maskqms.materials.queries.suppliers import ApprovalRow, CredentialRow, SupplierLine, SupplierRow
from maskqms.materials.rules.expiries import nearness
from maskqms.materials.rules.papers import credential_state
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialState,
    CredentialType,
    Nearness,
    SupplierKind,
)
from maskqms.settings import settings
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, SignatureLine
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class SupplierListLine:
    row: SupplierLine
    tone: Tone
    word: Text


@dataclass(frozen=True, slots=True)
class SuppliersPage:
    lines: Sequence[SupplierListLine]
    single: Sequence[SingleSource]
    may_enter: bool


def suppliers_page(
    rows: Sequence[SupplierLine], single: Sequence[SingleSource], day: date, actor: Actor
) -> SuppliersPage:
    def papers(row: SupplierLine) -> tuple[Tone, Text]:
        if row.expired:
            return Tone.STOP, _("{count} expired", count=row.expired)
        if row.next_end is None:
            return Tone.NEUTRAL, _("none with an end")
        near = nearness(row.next_end, day, settings().warning_days)
        tone = Tone.OK if near is Nearness.FAR else near.tone
        return tone, _("{days} days left", days=(row.next_end - day).days)

    return SuppliersPage([SupplierListLine(row, *papers(row)) for row in rows], single, actor.has(*BUYERS))


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
    overdue: bool


@dataclass(frozen=True, slots=True)
class SupplierPage:
    supplier: SupplierRow
    facts: Sequence[Fact]
    credentials: Sequence[CredentialLine]
    approvals: Sequence[ApprovalLine]
    changes: Sequence[SourceChangeRow]
    signatures: Sequence[SignatureLine]
    may_enter: bool
    may_decide: bool
    trader: bool
    people: Sequence[Option]
    types: Sequence[Option]
    materials: Sequence[Option]
    unproposed: Sequence[Option]
    form: Form[Any]
    propose_form: Form[Any]
    withdraw_form: Form[Any]
    owner_form: Form[Any]


def credential_line(row: CredentialRow, day: date) -> CredentialLine:
    state = credential_state(row, day, max(settings().warning_days))
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
    changes: Sequence[SourceChangeRow],
    signatures: Sequence[SignatureRow],
    people: Sequence[AccountRow],
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
            ApprovalLine(
                row,
                row.state,
                row.valid_until is not None and row.valid_until < day,
                row.evaluate_by is not None and row.evaluate_by < day,
            )
            for row in current
        ],
        changes=changes,
        signatures=[signature_line(s) for s in signatures],
        may_enter=actor.has(*BUYERS),
        may_decide=actor.has(Role.QUALITY),
        trader=supplier.kind is SupplierKind.TRADER,
        people=[Option(one.username, one.name) for one in people if one.active and set(one.roles) & set(BUYERS)],
        types=[Option(one.value, one.label) for one in CredentialType],
        materials=material_options(materials),
        unproposed=material_options([row for row in materials if row.id not in known]),
        form=forms.get("form", blank(valid_from=day)),
        propose_form=forms.get("propose_form", blank()),
        withdraw_form=forms.get("withdraw_form", blank()),
        owner_form=forms.get("owner_form", blank()),
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
