"""Whether a material may be ordered from a supplier: approval, papers, those of a trader's maker, the evaluation that
is due, and the quality agreement of a key material (R42 to R47, S9 to S14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.materials.rules.papers import (
    DEFAULT_TYPES,
    OF_THE_MAKER,
    ApprovalFacts,
    CredentialFacts,
    approval_blockers,
    credential_blockers,
    credentials_for,
    needed_types,
    paper_blockers,
    supplier_link,
)
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import Category, CredentialType, SupplierKind


class EvaluatedFacts(ApprovalFacts, Protocol):
    """The latest approval with the day by which the supplier is evaluated again."""

    @property
    def evaluate_by(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known about a supplier and a material when something is to be ordered. `configured` are the papers that
    quality decided on for the category; `maker` is named when the order says whose goods a trader shall deliver."""

    supplier_code: str
    supplier_name: str
    supplier_kind: SupplierKind
    material: int
    material_code: str
    category: Category
    configured: Sequence[CredentialType] | None
    credentials: Sequence[CredentialFacts]
    approval: EvaluatedFacts | None
    day: date
    maker: str | None = None


def maker_types(configured: Sequence[CredentialType] | None, kind: SupplierKind) -> tuple[CredentialType, ...]:
    """The papers of the original maker that are needed when one buys through a trader (S12)."""
    if kind is not SupplierKind.TRADER:
        return ()
    types = tuple(DEFAULT_TYPES if configured is None else configured)
    return tuple(one for one in types if one is CredentialType.BUSINESS_LICENCE or one in OF_THE_MAKER)


def maker_papers(
    credentials: Iterable[CredentialFacts], material: int, types: Collection[CredentialType], maker: str | None = None
) -> dict[str, list[CredentialFacts]]:
    """The papers of original makers that a trader showed, by maker; of one maker when it is named."""
    found: dict[str, list[CredentialFacts]] = {}
    for c in credentials:
        if c.maker is None or c.type not in types or c.material not in (None, material) or c.withdrawn:
            continue
        if maker is None or same_maker(c.maker, maker):
            found.setdefault(_plain(c.maker), []).append(c)
    return found


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def same_maker(one: str, other: str) -> bool:
    """Spaces and capitals make no other firm of it; `maskqms_unvalidated` compares likewise."""
    return _plain(one) == _plain(other)


def maker_blockers(
    credentials: Iterable[CredentialFacts],
    *,
    types: Sequence[CredentialType],
    material: int,
    material_code: str,
    supplier_code: str,
    supplier_name: str,
    day: date,
    maker: str | None = None,
) -> list[Reason]:
    """Why the original maker's papers, kept with a trader, do not allow it; nothing when none are needed (S12). When no
    maker is named, one whose papers are whole is enough."""
    if not types:
        return []
    found = maker_papers(credentials, material, types, maker)
    if not found:
        text = _(
            "{supplier} is a trader, and no papers of the original maker of {material} are kept.",
            supplier=supplier_name, material=material_code,
        ) if maker is None else _(
            "{supplier} is a trader, and no papers of the maker {maker} are kept.",
            supplier=supplier_name, maker=maker,
        )  # fmt: skip
        remedy = _("Ask the trader for the maker's licences, check them and enter them with the maker's name.")
        return [Reason("maker.missing", text, remedy, (supplier_link(supplier_code),))]
    answers = [
        paper_blockers(papers, types, papers[0].maker or "", material_code, supplier_code, day)
        for papers in found.values()
    ]
    return min(answers, key=len)


def evaluation_due_blockers(
    approval: EvaluatedFacts | None, *, supplier_code: str, supplier_name: str, material_code: str, day: date
) -> list[Reason]:
    """An overdue re-evaluation stops new orders; what is in stock or on its way stays as it is (R45)."""
    if approval is None or approval.evaluate_by is None or approval.evaluate_by >= day:
        return []
    text = _(
        "{supplier} was to be evaluated again for {material} by {day}.",
        supplier=supplier_name, material=material_code, day=approval.evaluate_by,
    )  # fmt: skip
    remedy = _("Quality evaluates the supplier again and approves.")
    path = (supplier_link(supplier_code), Link(material_code, f"/suppliers/{supplier_code}/materials/{material_code}"))
    return [Reason("approval.evaluation_overdue", text, remedy, path)]


def agreement_blockers(facts: OrderFacts) -> list[Reason]:
    """A key material is ordered only under a quality agreement in force (R47)."""
    if facts.category not in KEY_TESTS:
        return []
    types = (CredentialType.QUALITY_AGREEMENT,)
    if facts.configured is not None and types[0] in facts.configured:
        return []
    at_hand = credentials_for(facts.credentials, facts.material, types)
    return paper_blockers(at_hand, types, facts.supplier_name, facts.material_code, facts.supplier_code, facts.day)


def order_blockers(facts: OrderFacts) -> list[Reason]:
    """Why nothing may be ordered of this material from this supplier that day: every reason (R42 to R47)."""
    about = {
        "supplier_code": facts.supplier_code,
        "supplier_name": facts.supplier_name,
        "material_code": facts.material_code,
    }
    return [
        *approval_blockers(facts.approval, day=facts.day, **about),
        *evaluation_due_blockers(facts.approval, day=facts.day, **about),
        *credential_blockers(
            facts.credentials,
            types=needed_types(facts.configured, facts.supplier_kind),
            material=facts.material,
            day=facts.day,
            **about,
        ),
        *maker_blockers(
            facts.credentials,
            types=maker_types(facts.configured, facts.supplier_kind),
            material=facts.material,
            maker=facts.maker,
            day=facts.day,
            **about,
        ),
        *agreement_blockers(facts),
    ]
