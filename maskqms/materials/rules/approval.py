"""What is asked when a paper is entered, an evaluation kept and an approval decided (S11, S13, S14, R45)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from maskqms.actor import Role
from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.materials.states import (
    APPROVAL_MOVES,
    FIRST_EVALUATIONS,
    MAY_DELIVER,
    ApprovalState,
    CredentialType,
    EvaluationKind,
    SupplierKind,
)

SHORTEST = 4


class EvaluationFacts(Protocol):
    """What the rules ask of an evaluation that is kept."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> EvaluationKind: ...


class DecidedFacts(Protocol):
    """What the rules ask of an earlier decision."""

    @property
    def state(self) -> ApprovalState: ...
    @property
    def evaluation(self) -> int | None: ...
    @property
    def evaluate_by(self) -> date | None: ...


def approval_decision_blockers(
    current: ApprovalState | None,
    wanted: ApprovalState,
    *,
    basis: str,
    valid_from: date | None,
    valid_until: date | None,
    day: date,
    condition: str | None = None,
) -> list[Reason]:
    """A change of approval says on what it is based; an approval has dates, a conditional one its condition."""
    reasons = APPROVAL_MOVES.blockers(current or ApprovalState.PENDING, wanted)
    if len(basis.strip()) < SHORTEST:
        text = _("Name the audit report or the written survey this is based on, or what happened.")
        reasons.append(Reason("approval.basis", text))
    if wanted is ApprovalState.CONDITIONAL and len((condition or "").strip()) < SHORTEST:
        text = _("A conditional approval says in writing under which condition.")
        reasons.append(Reason("approval.condition", text, _("Write what is allowed, how much, and until when.")))
    if wanted in MAY_DELIVER:
        if valid_from is None or valid_until is None:
            reasons.append(Reason("approval.dates", _("An approval has a first and a last day.")))
        elif valid_until < valid_from or valid_until < day:
            text = _("The approval would end on {day}, before it begins or in the past.", day=valid_until)
            reasons.append(Reason("approval.dates", text))
    return reasons


def since_removal(history: Sequence[DecidedFacts]) -> Sequence[DecidedFacts]:
    """The decisions that still count, newest first: who was removed begins anew."""
    for place, row in enumerate(history):
        if row.state is ApprovalState.REMOVED:
            return history[:place]
    return history


def fresh(evaluations: Sequence[EvaluationFacts], history: Collection[DecidedFacts]) -> list[EvaluationFacts]:
    """The evaluations on which no decision rests yet, newest first."""
    used = {row.evaluation for row in history}
    return [one for one in evaluations if one.id not in used]


def chosen_evaluation(
    evaluations: Sequence[EvaluationFacts], history: Sequence[DecidedFacts]
) -> EvaluationFacts | None:
    """On which evaluation an approval rests now: the newest that no decision rests on yet, else the one before."""
    new = fresh(evaluations, history)
    first = not any(row.state in MAY_DELIVER for row in since_removal(history))
    if first:
        return next((one for one in new if one.kind in FIRST_EVALUATIONS), None)
    return next(iter(new or evaluations), None)


def evaluation_blockers(
    wanted: ApprovalState,
    evaluations: Sequence[EvaluationFacts],
    history: Sequence[DecidedFacts],
    *,
    evaluate_by: date | None,
    supplier_name: str,
    material_code: str,
    day: date,
) -> list[Reason]:
    """The first approval rests on an audit on site or a written survey that is kept (S13); the day of the next
    evaluation moves only with a new one (S14, R45). `history` is newest first."""
    if wanted not in MAY_DELIVER:
        return []
    reasons = []
    approvals = [row for row in since_removal(history) if row.state in MAY_DELIVER]
    if evaluate_by is not None and evaluate_by < day:
        text = _("The next evaluation would be due on {day}, in the past.", day=evaluate_by)
        reasons.append(Reason("approval.evaluate_by", text))
    if not approvals and chosen_evaluation(evaluations, history) is None:
        text = _(
            "No audit report and no written survey of {supplier} for {material} is kept.",
            supplier=supplier_name, material=material_code,
        )  # fmt: skip
        remedy = _("Upload the report of the on-site audit, or the written quality survey, on this page.")
        reasons.append(Reason("approval.evaluation", text, remedy))
    elif approvals and not fresh(evaluations, history) and _later(evaluate_by, approvals[0].evaluate_by):
        text = _("The next evaluation of {supplier} moves only when a new one was made.", supplier=supplier_name)
        remedy = _("Upload the new evaluation on this page, or leave the day as it is.")
        reasons.append(Reason("approval.evaluation", text, remedy))
    return reasons


def _later(wanted: date | None, before: date | None) -> bool:
    return wanted is not None and (before is None or wanted > before)


def evaluation_entry_blockers(number: str, done_on: date, day: date) -> list[Reason]:
    reasons = []
    if not number.strip():
        reasons.append(Reason("evaluation.number", _("A report has a number or a name by which it is found.")))
    if done_on > day:
        reasons.append(Reason("evaluation.date", _("The report would be of {day}, in the future.", day=done_on)))
    return reasons


def letter_blockers(
    type_: CredentialType, *, person: str | None, scope: str | None, valid_until: date | None
) -> list[Reason]:
    """A letter of authorisation names a person, the products and its last day (S11)."""
    if type_ is not CredentialType.AUTHORISATION_LETTER:
        return []
    remedy = _("Read it again; a letter that does not say so is sent back to the supplier.")
    reasons = []
    if not (person or "").strip():
        reasons.append(Reason("letter.person", _("An authorisation letter names the person who may sell."), remedy))
    if not (scope or "").strip():
        reasons.append(Reason("letter.products", _("An authorisation letter names the products."), remedy))
    if valid_until is None:
        reasons.append(Reason("letter.until", _("An authorisation letter has a last day."), remedy))
    return reasons


def maker_entry_blockers(maker: str | None, *, supplier_name: str, kind: SupplierKind) -> list[Reason]:
    """Only a trader shows papers of somebody else."""
    if not (maker or "").strip() or kind is SupplierKind.TRADER:
        return []
    text = _("{supplier} makes its goods itself: its papers name no other maker.", supplier=supplier_name)
    return [Reason("credential.maker", text, _("Leave the maker empty, or enter the supplier as a trader."))]


class PersonFacts(Protocol):
    """What the rules ask of a person who is to see to a paper."""

    @property
    def name(self) -> str: ...
    @property
    def active(self) -> bool: ...
    @property
    def roles(self) -> Collection[Role]: ...


def owner_blockers(username: str, person: PersonFacts | None, roles: Collection[Role]) -> list[Reason]:
    """A paper is handed to somebody who is here and who may enter its renewal."""
    remedy = _("Choose somebody of the warehouse or of quality.")
    if person is None or not person.active:
        return [Reason("owner.unknown", _("Nobody with an open account is called {name}.", name=username), remedy)]
    if not set(person.roles) & set(roles):
        text = _("{name} may not enter credentials and could not renew it.", name=person.name)
        return [Reason("owner.role", text, remedy)]
    return []


def credential_entry_blockers(valid_from: date, valid_until: date | None, day: date) -> list[Reason]:
    """A paper whose dates make no sense was misread."""
    if valid_until is not None and valid_until < valid_from:
        return [Reason("credential.dates", _("It would end on {day}, before it begins.", day=valid_until))]
    if valid_until is not None and valid_until < day:
        text = _("It expired on {day}. A paper that is out of date is not entered as checked.", day=valid_until)
        return [Reason("credential.expired", text, _("Ask the supplier for the valid one."))]
    return []
