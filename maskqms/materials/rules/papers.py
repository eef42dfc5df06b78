"""How a supplier's papers and approvals stand on a day (R42, R43, S9 to S14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Protocol

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.materials.states import (
    MAY_DELIVER,
    ApprovalState,
    CredentialState,
    CredentialType,
    SupplierKind,
)

DEFAULT_TYPES = (CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE)
"""What every category needs until quality decides otherwise."""

OF_THE_MAKER = (CredentialType.PRODUCTION_LICENCE, CredentialType.REGISTRATION)
"""Papers that only who makes a thing has; a trader shows those of the original maker (S12)."""

OF_EITHER = (CredentialType.TEST_REPORT,)
"""Papers about the goods: it does not matter in whose name they are."""


class CredentialFacts(Protocol):
    """What the rules ask of a credential; `CredentialRow` fits."""

    @property
    def type(self) -> CredentialType: ...
    @property
    def number(self) -> str: ...
    @property
    def material(self) -> int | None: ...
    @property
    def names_item(self) -> bool: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def withdrawn(self) -> bool: ...
    @property
    def maker(self) -> str | None: ...


class ApprovalFacts(Protocol):
    """What the rules ask of the latest approval."""

    @property
    def state(self) -> ApprovalState: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...


def supplier_link(code: str) -> Link:
    return Link(code, f"/suppliers/{code}")


def credential_state(credential: CredentialFacts, day: date, warn_days: int) -> CredentialState:
    """`warn_days`: how long before its end a paper is warned of."""
    if credential.withdrawn:
        return CredentialState.WITHDRAWN
    if credential.valid_from > day:
        return CredentialState.NOT_YET
    if credential.valid_until is None:
        return CredentialState.VALID
    if credential.valid_until < day:
        return CredentialState.EXPIRED
    return CredentialState.ENDING if (credential.valid_until - day).days <= warn_days else CredentialState.VALID


def in_date(credential: CredentialFacts, day: date) -> bool:
    return credential.valid_from <= day and (credential.valid_until is None or day <= credential.valid_until)


def needed_types(configured: Sequence[CredentialType] | None, kind: SupplierKind) -> tuple[CredentialType, ...]:
    """The papers needed in the supplier's own name; a trader also shows that the maker lets it sell (S11)."""
    types = tuple(DEFAULT_TYPES if configured is None else configured)
    if kind is not SupplierKind.TRADER:
        return types
    own = tuple(one for one in types if one not in OF_THE_MAKER)
    letter = CredentialType.AUTHORISATION_LETTER
    return own if letter in own else (*own, letter)


def credentials_for(
    credentials: Iterable[CredentialFacts], material: int, types: Collection[CredentialType]
) -> list[CredentialFacts]:
    """Those of the needed types, in the supplier's own name, that speak of this material or of all it delivers."""
    return [
        c
        for c in credentials
        if c.type in types
        and c.material in (None, material)
        and not c.withdrawn
        and (c.maker is None or c.type in OF_EITHER)
    ]


def credential_blockers(
    credentials: Iterable[CredentialFacts],
    *,
    types: Sequence[CredentialType],
    material: int,
    material_code: str,
    supplier_code: str,
    supplier_name: str,
    day: date,
) -> list[Reason]:
    """One reason for each needed paper that is missing, out of date or does not name the item."""
    at_hand = credentials_for(credentials, material, types)
    return paper_blockers(at_hand, types, supplier_name, material_code, supplier_code, day)


def paper_blockers(
    at_hand: Sequence[CredentialFacts],
    types: Sequence[CredentialType],
    supplier_name: str,
    material_code: str,
    supplier_code: str,
    day: date,
) -> list[Reason]:
    """One reason for each type of which none at hand is in date and names the item; `supplier_name` is whose it is."""
    reasons = []
    path = (supplier_link(supplier_code),)
    remedy = _("Ask the supplier for the paper, check it and enter it.")
    for wanted in types:
        found = [c for c in at_hand if c.type is wanted]
        dated = [c for c in found if in_date(c, day)]
        if any(c.names_item for c in dated):
            continue
        if dated:
            text = _(
                "{type} {number} of {supplier} does not name {material}.",
                type=wanted.label, number=dated[-1].number, supplier=supplier_name, material=material_code,
            )  # fmt: skip
            reasons.append(Reason("credential.scope", text, remedy, path))
        elif found and found[-1].valid_from > day:
            text = _(
                "{type} {number} of {supplier} is valid only from {day}.",
                type=wanted.label, number=found[-1].number, supplier=supplier_name, day=found[-1].valid_from,
            )  # fmt: skip
            reasons.append(Reason("credential.not_yet", text, remedy, path))
        elif found:
            last = max(found, key=lambda c: c.valid_until or date.max)
            text = _(
                "{type} {number} of {supplier} expired on {day}.",
                type=wanted.label, number=last.number, supplier=supplier_name, day=last.valid_until,
            )  # fmt: skip
            reasons.append(Reason("credential.expired", text, remedy, path))
        else:
            text = _("{type} of {supplier} is missing.", type=wanted.label, supplier=supplier_name)
            reasons.append(Reason("credential.missing", text, remedy, path))
    return reasons


def approval_blockers(
    approval: ApprovalFacts | None, *, supplier_code: str, supplier_name: str, material_code: str, day: date
) -> list[Reason]:
    """Why the supplier may not deliver this material that day."""
    path = (supplier_link(supplier_code), Link(material_code, f"/materials/{material_code}"))
    remedy = _("Quality approves suppliers.")
    state = ApprovalState.PENDING if approval is None else approval.state
    if approval is None or state not in MAY_DELIVER:
        text = _(
            "{supplier} is not approved for {material}: {state}.",
            supplier=supplier_name, material=material_code, state=state.label,
        )  # fmt: skip
        return [Reason("approval.missing", text, remedy, path)]
    if approval.valid_from is not None and approval.valid_from > day:
        text = _(
            "The approval of {supplier} for {material} begins on {day}.",
            supplier=supplier_name, material=material_code, day=approval.valid_from,
        )  # fmt: skip
        return [Reason("approval.not_yet", text, remedy, path)]
    if approval.valid_until is not None and approval.valid_until < day:
        text = _(
            "The approval of {supplier} for {material} ended on {day}.",
            supplier=supplier_name, material=material_code, day=approval.valid_until,
        )  # fmt: skip
        return [Reason("approval.expired", text, _("Quality evaluates the supplier again and approves."), path)]
    return []
