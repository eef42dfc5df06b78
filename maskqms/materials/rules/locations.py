"""Where a unit may stand: its status decides, never its label or its owner (R54, S29)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from maskqms.actor import Role
from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.rules import UnitFacts, is_expired, link_to
from maskqms.trace.states import UnitState

MOVERS = (Role.WAREHOUSE, Role.QUALITY, Role.INSPECTOR, Role.OPERATOR, Role.PLANT_MANAGER)
"""Whoever handles goods; where they may go is the status's matter, not the person's."""
KEEPERS = (Role.WAREHOUSE, Role.QUALITY)
"""Who keeps the register of places."""

LOCKED = (LocationKind.HOLD, LocationKind.REJECTED, LocationKind.RECALL)
RETURNED = (LocationKind.RETURNS, LocationKind.RECALL, LocationKind.REJECTED)
LATE = (LocationKind.HOLD, LocationKind.REJECTED, LocationKind.AWAITING)
USABLE = (LocationKind.QUALIFIED, LocationKind.LINE)
BY_STATE: dict[UnitState, tuple[LocationKind, ...]] = {
    UnitState.QUARANTINE: (LocationKind.AWAITING,),
    UnitState.CONDITIONAL: USABLE,
    UnitState.RELEASED: USABLE,
    UnitState.REJECTED: (LocationKind.REJECTED,),
    UnitState.IN_PROCESS: (LocationKind.LINE, LocationKind.AWAITING),
    UnitState.CONSUMED: (),
    UnitState.SCRAPPED: (LocationKind.REJECTED,),
}


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place as the rules see it; `breach` says what its last reading was outside of."""

    code: str
    kind: LocationKind
    active: bool
    breach: Text | None = None

    @property
    def link(self) -> Link:
        return Link(self.code, f"/locations/{self.code}")


def allowed_kinds(
    state: UnitState, *, held: bool, expired: bool = False, returned: bool = False
) -> tuple[LocationKind, ...]:
    """The kinds of place in which a unit of this status may stand; the strictest status wins."""
    if returned and state is not UnitState.REJECTED:
        return RETURNED
    if held:
        return LOCKED
    if expired and state in (UnitState.RELEASED, UnitState.CONDITIONAL):
        return LATE
    return BY_STATE[state]


def kinds_in_words(kinds: Collection[LocationKind]) -> Text | None:
    """`Hold area / Rejected goods` in the reader's language; None where nothing of it should be left."""
    if not kinds:
        return None
    named = {f"k{number}": kind.label for number, kind in enumerate(kinds)}
    return Text(" / ".join(f"{{{name}}}" for name in named), named)


def status_in_words(unit: UnitFacts, at: datetime, *, returned: bool) -> Text:
    """What decides where the unit may stand."""
    if returned and unit.state is not UnitState.REJECTED:
        return _("returned by the customer")
    if unit.held:
        return _("on hold")
    if is_expired(unit, at) and unit.state in (UnitState.RELEASED, UnitState.CONDITIONAL):
        return _("past its last usable day")
    return unit.state.label


def place_blockers(unit: UnitFacts, place: PlaceFacts, at: datetime, *, returned: bool = False) -> list[Reason]:
    """Everything that speaks against putting the unit there."""
    reasons = []
    if not place.active:
        text = _("Place {place} is closed.", place=place.code)
        reasons.append(Reason("location.closed", text, _("Scan another place."), (place.link,)))
    allowed = allowed_kinds(unit.state, held=unit.held, expired=is_expired(unit, at), returned=returned)
    if place.kind not in allowed:
        text = _(
            "{code} is {status}; it may not stand in {place}: {kind}.",
            code=unit.code,
            status=status_in_words(unit, at, returned=returned),
            place=place.code,
            kind=place.kind.label,
        )
        remedy = (
            _("Put it in a place of this kind: {kinds}.", kinds=kinds_in_words(allowed))
            if allowed
            else _("Nothing of it should be left; have the stock counted.")
        )
        reasons.append(Reason("location.status", text, remedy, (link_to(unit.code), place.link)))
    if place.breach is not None:
        text = _("{place} is outside its storage limits: {breach}.", place=place.code, breach=place.breach)
        remedy = _("Put it elsewhere until a reading is within the limits again.")
        reasons.append(Reason("location.excursion", text, remedy, (place.link,)))
    return reasons


def nothing_to_move(code: str) -> Reason:
    text = _("Nothing of {code} is on hand.", code=code)
    return Reason("location.nothing", text, _("Its page says where it went."), (link_to(code),))


def same_place(code: str, place: str) -> Reason:
    text = _("{code} stands in {place} already.", code=code, place=place)
    return Reason("location.same", text, _("Nothing to do; scan the next one."), (link_to(code),))


def close_blockers(place: PlaceFacts, units: int) -> list[Reason]:
    """A place is closed when it is empty: nothing stands in a place that does not exist."""
    if not units:
        return []
    text = _("{n} units stand in {place}.", n=units, place=place.code)
    return [Reason("location.not_empty", text, _("Move them first."), (place.link,))]
