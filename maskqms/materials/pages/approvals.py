"""The page about one supplier and one material: what is known, what it rests on, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.materials.actions.approvals import approval_content
from maskqms.materials.actions.suppliers import BUYERS
from maskqms.materials.pages.suppliers import CredentialLine, credential_line
from maskqms.materials.queries.changes import SourceChangeRow
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.suppliers import ApprovalRow, CredentialRow, EvaluationRow, SupplierRow
from maskqms.materials.rules.approval import chosen_evaluation, fresh, since_removal
from maskqms.materials.rules.changes import REPORTED
from maskqms.materials.rules.expiries import months_later
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import (
    APPROVAL_MOVES,
    MAY_DELIVER,
    ApprovalState,
    CredentialType,
    EvaluationKind,
    SourceChangeKind,
)
from maskqms.settings import settings
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Shown


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """The decision about a supplier for one material: what is known, and what stands in the way."""

    supplier: SupplierRow
    material: MaterialRow
    current: ApprovalState
    facts: Sequence[Fact]
    history: Sequence[ApprovalRow]
    credentials: Sequence[CredentialLine]
    evaluations: Sequence[EvaluationRow]
    changes: Sequence[SourceChangeRow]
    needed: Sequence[CredentialType]
    of_maker: Sequence[CredentialType]
    standing: Sequence[Reason]
    unevaluated: bool
    overdue: bool
    moves: Sequence[Option]
    may_decide: bool
    may_enter: bool
    may_report: bool
    shown: Shown
    meaning: Text
    kinds: Sequence[Option]
    change_kinds: Sequence[Option]
    form: Form[Any]
    evaluation_form: Form[Any]
    change_form: Form[Any]

    @property
    def href(self) -> str:
        return f"/suppliers/{self.supplier.code}/materials/{self.material.code}"


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """What was read about a supplier and a material; `standing` is what of the papers stands in the way."""

    supplier: SupplierRow
    material: MaterialRow
    history: Sequence[ApprovalRow]
    credentials: Sequence[CredentialRow]
    evaluations: Sequence[EvaluationRow]
    changes: Sequence[SourceChangeRow]
    needed: Sequence[CredentialType]
    of_maker: Sequence[CredentialType]
    standing: Sequence[Reason]


def approval_page(
    found: ApprovalRecord,
    day: date,
    actor: Actor,
    form: Form[Any] | None = None,
    evaluation_form: Form[Any] | None = None,
    change_form: Form[Any] | None = None,
) -> ApprovalPage:
    supplier, material, history = found.supplier, found.material, found.history
    latest = history[0] if history else None
    state = ApprovalState.PENDING if latest is None else latest.state
    year = date(day.year + 1, day.month, min(day.day, 28))
    due = next((row.evaluate_by for row in since_removal(history) if row.state in MAY_DELIVER), None)
    again = due if due is not None and not fresh(found.evaluations, history) else None
    delivering = state in MAY_DELIVER
    return ApprovalPage(
        supplier=supplier,
        material=material,
        current=state,
        facts=_facts(latest),
        history=history,
        credentials=[credential_line(row, day) for row in found.credentials],
        evaluations=found.evaluations,
        changes=found.changes,
        needed=found.needed,
        of_maker=found.of_maker,
        standing=found.standing,
        unevaluated=not delivering and chosen_evaluation(found.evaluations, history) is None,
        overdue=delivering and due is not None and due < day,
        moves=[Option(to.value, to.label) for to in ApprovalState if to in APPROVAL_MOVES.after(state)],
        may_decide=actor.has(Role.QUALITY),
        may_enter=actor.has(*BUYERS),
        may_report=actor.has(*BUYERS) and delivering and material.category in KEY_TESTS,
        shown=_shown(found, state),
        meaning=_("Supplier approval"),
        kinds=[Option(one.value, one.label) for one in EvaluationKind],
        change_kinds=[Option(one.value, one.label) for one in SourceChangeKind if one in REPORTED],
        form=form
        or blank(
            valid_from=day,
            valid_until=year,
            evaluate_by=again or months_later(day, settings().evaluation_months),
            condition=None if latest is None else latest.condition,
        ),
        evaluation_form=evaluation_form or blank(done_on=day),
        change_form=change_form or blank(),
    )


def _facts(latest: ApprovalRow | None) -> Sequence[Fact]:
    if latest is None or latest.valid_from is None:
        return ()
    condition = () if latest.condition is None else (Fact(_("Condition"), latest.condition),)
    return (
        *condition,
        Fact(_("Until"), latest.valid_until),
        Fact(_("Evaluate again by"), latest.evaluate_by),
        Fact(_("Rests on"), latest.evaluation_number),
    )


def _shown(found: ApprovalRecord, state: ApprovalState) -> Shown:
    standing_state = found.history[0].state if found.history else None
    content = approval_content(
        found.supplier, found.material.code, standing_state, found.credentials, found.evaluations
    )
    return Shown(
        [
            Fact(_("Supplier"), f"{found.supplier.code} {found.supplier.name}"),
            Fact(_("Material"), f"{found.material.code} {found.material.name}"),
            Fact(_("Stands now"), state.label),
            *(
                Fact(row.type.label, f"{row.maker or ''} {row.number} → {row.valid_until or '∞'}".strip())
                for row in found.credentials
                if not row.withdrawn
            ),
            *(Fact(row.kind.label, f"{row.number} {row.done_on}") for row in found.evaluations),
        ],
        content_digest(content),
    )
