"""What may be done with a unit: pure answers, every reason at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from maskqms.db.clock import local
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.trace.states import SIGNED, Activity, HoldSubject, MovementKind, UnitKind, UnitState, measure_word
from maskqms.web.filters import segment

USABLE_STATES = frozenset({UnitState.RELEASED})


class UnitFacts(Protocol):
    """What the rules need to know of a unit; `UnitRow` of the queries fits."""

    @property
    def code(self) -> str: ...
    @property
    def state(self) -> UnitState: ...
    @property
    def held(self) -> bool: ...
    @property
    def holds(self) -> tuple[str, ...]: ...
    @property
    def usable_until(self) -> datetime | None: ...
    @property
    def on_hand(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: no exponent, no idle zeros."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def link_to(code: str) -> Link:
    """Where a unit's page is, whatever kind it is."""
    return Link(code, f"/units/{segment(code)}")


def held_reasons(unit: UnitFacts) -> list[Reason]:
    """One reason for each hold that stops the unit."""
    if not unit.held:
        return []
    remedy = _("Put it aside; only quality can lift a hold.")
    if not unit.holds:
        return [Reason("unit.held", _("{code} is on hold.", code=unit.code), remedy, (link_to(unit.code),))]
    return [
        Reason(
            "unit.held",
            _("{code} is on hold {hold}.", code=unit.code, hold=hold),
            remedy,
            (link_to(unit.code), Link(hold, f"/holds/{hold}")),
        )
        for hold in unit.holds
    ]


def is_expired(unit: UnitFacts, at: datetime) -> bool:
    """`usable_until` is the first moment at which it is too late."""
    return unit.usable_until is not None and at >= unit.usable_until


def usable_blockers(unit: UnitFacts, at: datetime, *, states: Collection[UnitState] = USABLE_STATES) -> list[Reason]:
    """Why the unit may not be used at that moment; empty when it may.

    The one function that says "usable", at every scan, issue, pack, print and ship. An act that may also take units of
    another state (packing from a batch in process) names the states; holds and expiry stop it all the same.
    """
    reasons = []
    if unit.state not in states:
        reasons.append(
            Reason(
                "unit.not_released",
                _("{code} is not released: {state}.", code=unit.code, state=unit.state.label),
                _("Take another one, or ask quality when this one will be decided."),
                (link_to(unit.code),),
            )
        )
    reasons += held_reasons(unit)
    if unit.usable_until is not None and is_expired(unit, at):
        last = local(unit.usable_until - timedelta(seconds=1)).date()
        reasons.append(
            Reason(
                "unit.expired",
                _("The last usable day of {code} was {day}.", code=unit.code, day=last),
                _("Put it aside for a retest or for scrapping."),
                (link_to(unit.code),),
            )
        )
    return reasons


def not_enough(unit: UnitFacts, wanted: Decimal) -> Reason:
    """Somebody asks for more than there is."""
    return Reason(
        "unit.not_enough",
        _(
            "{code} has {on_hand} {unit} left, {wanted} {unit} were asked for.",
            code=unit.code,
            on_hand=plain(unit.on_hand),
            unit=measure_word(unit.unit),
            wanted=plain(wanted),
        ),
        _("Take what is left and the rest from another one, or count again."),
        (link_to(unit.code),),
    )


def quantity_blockers(quantity: Decimal) -> list[Reason]:
    if quantity.is_finite() and quantity > 0:
        return []
    return [Reason("quantity.not_positive", _("The quantity must be more than nothing: {n}", n=str(quantity)))]


def span_blockers(span: Sequence[Decimal] | None, code: str) -> list[Reason]:
    if span is None or span[0] <= span[1]:
        return []
    text = _("The stretch of {code} ends before it begins: {a} to {b}.", code=code, a=plain(span[0]), b=plain(span[1]))
    return [Reason("span.backwards", text)]


def window_blockers(window: Sequence[datetime] | None) -> list[Reason]:
    if window is None or window[0] <= window[1]:
        return []
    return [Reason("window.backwards", _("The time ends before it begins."))]


def link_blockers(
    parent: UnitFacts,
    child: UnitFacts,
    *,
    quantity: Decimal,
    span: Sequence[Decimal] | None,
    window: Sequence[datetime] | None,
    makes_loop: bool,
) -> list[Reason]:
    """Why a link cannot stand in the ledger, whatever its meaning on the shop floor."""
    reasons = quantity_blockers(quantity) + span_blockers(span, parent.code) + window_blockers(window)
    if makes_loop or parent.code == child.code:
        reasons.append(
            Reason(
                "link.loop",
                _("{child} is in {parent}, which therefore cannot go into it.", child=child.code, parent=parent.code),
                None,
                (link_to(child.code), link_to(parent.code)),
            )
        )
    return reasons


def return_blockers(parent: UnitFacts, child: UnitFacts, quantity: Decimal, linked: Decimal) -> list[Reason]:
    """What goes back cannot be more than what is in there."""
    if quantity <= linked:
        return []
    return [
        Reason(
            "link.more_than_linked",
            _(
                "Only {linked} {unit} of {parent} went into {child}, {wanted} {unit} cannot come back.",
                linked=plain(linked),
                unit=measure_word(parent.unit),
                parent=parent.code,
                child=child.code,
                wanted=plain(quantity),
            ),
            None,
            (link_to(parent.code), link_to(child.code)),
        )
    ]


def movement_blockers(kind: MovementKind, quantity: Decimal, reason: str | None) -> list[Reason]:
    """Corrections may go either way but say why; everything else is more than nothing."""
    if kind not in SIGNED:
        return quantity_blockers(quantity)
    reasons = []
    if not quantity.is_finite() or quantity == 0:
        reasons.append(Reason("quantity.not_positive", _("A correction by nothing is none.")))
    if not (reason or "").strip():
        reasons.append(Reason("reason.missing", _("A correction needs its reason."), _("Say what was found.")))
    return reasons


WHAT_HAPPENED = _("Say in a sentence what happened.")
"""The remedy where a reason is missing."""


def subjects_of(kind: UnitKind, supplier: str | None, identifiers: Mapping[str, Any]) -> list[tuple[HoldSubject, str]]:
    """What a new unit can be held for from its first moment; a unit made of others inherits from them instead."""
    if kind is UnitKind.LOT:
        return [(HoldSubject.SUPPLIER, supplier)] if supplier else []
    if kind is not UnitKind.BATCH:
        return []
    named = ((HoldSubject.PRODUCT, identifiers.get("product")), (HoldSubject.LINE, identifiers.get("line")))
    return [(subject, str(name)) for subject, name in named if name]


def nothing_of(name: str) -> Reason:
    """A hold on a subject that no unit carries: most likely it is written differently."""
    return Reason(
        "hold.nothing",
        _("No unit carries the name {name}.", name=name),
        _("Take the name from the list; where nothing was delivered or made yet, withdraw the approval instead."),
    )


def ledger_sign(activity: Activity) -> int:
    """Returning unused material takes away from what went in."""
    return -1 if activity is Activity.RETURN else 1
