"""When the source of a key material changes, and what may become of lots from it meanwhile (R46, S16)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.materials.rules.sourcing import same_maker
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import Category, SourceChangeKind
from maskqms.quality.states import ChangeState

SHORTEST = 4
REPORTED = (SourceChangeKind.GRADE, SourceChangeKind.SITE, SourceChangeKind.PROCESS)
"""What somebody has to notice and report; the others open their change by themselves."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A change that nobody approved and that limits a unit to batches made to validate it."""

    code: str
    lot: str
    change: str
    title: str
    state: ChangeState


def opens_change(category: Category, *, first_approval: bool, others: Sequence[str]) -> bool:
    """A supplier that comes beside another one is a change of a key material; the very first supplier is none."""
    return category in KEY_TESTS and first_approval and bool(others)


def opens_maker_change(category: Category, maker: str, before: Collection[str]) -> bool:
    """Who delivered a key material of one maker and now brings another's brings another source."""
    return category in KEY_TESTS and bool(before) and not any(same_maker(maker, one) for one in before)


def source_change_blockers(
    category: Category, material_code: str, kind: SourceChangeKind, description: str, *, approved: bool
) -> list[Reason]:
    """What is reported about an approved source of a key material: another grade, site or process."""
    reasons = []
    if category not in KEY_TESTS:
        text = _(
            "{material} is no key material: its source may change without a change record.", material=material_code
        )
        reasons.append(Reason("change.not_key", text, None, (Link(material_code, f"/materials/{material_code}"),)))
    if kind not in REPORTED:
        text = _("A new supplier opens its change by its first approval, another maker by its first delivery.")
        reasons.append(Reason("change.kind", text, _("Choose grade, site or process.")))
    if not approved:
        text = _("Only what an approved supplier delivers can change.")
        reasons.append(Reason("change.not_approved", text, _("Quality approves suppliers.")))
    if len(description.strip()) < SHORTEST:
        reasons.append(Reason("change.description", _("Say what was, what will be, and since when.")))
    return reasons


def limit_blockers(limits: Sequence[Limit], *, validates: str | None) -> list[Reason]:
    """Why a roll or lot of a changed source may not go into a batch: all but those that validate that very change."""
    return [
        Reason(
            "lot.validation_only",
            _(
                "{code} comes from a changed source, and change {change} is not approved: {state}.",
                code=limit.code, change=limit.change, state=limit.state.label,
            ),
            _("Put it back and take another lot. It may go only into a batch that is planned to validate {change}.",
              change=limit.change),
            (Link(limit.lot, f"/lots/{limit.lot}"), Link(limit.change, f"/changes/{limit.change}")),
        )
        for limit in limits
        if limit.change != validates or limit.state is ChangeState.REJECTED
    ]  # fmt: skip
