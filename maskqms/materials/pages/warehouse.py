"""The warehouse: the register of places, one place, what is to be moved, and the handheld's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.actor import Actor
from maskqms.i18n import Text, _
from maskqms.materials.pages.conditions import readings_chart
from maskqms.materials.queries.conditions import ExcursionRow, LimitRow, ReadingRow
from maskqms.materials.queries.counts import CountRow
from maskqms.materials.queries.locations import LocationRow, MoveLine, StoredUnit
from maskqms.materials.rules.conditions import breach
from maskqms.materials.rules.counts import COUNTERS
from maskqms.materials.rules.locations import KEEPERS, allowed_kinds, kinds_in_words, status_in_words
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import is_expired
from maskqms.web.forms import Form
from maskqms.web.parts import Option, Paging

PAGE_SIZE = 50
KINDS = [Option(str(kind), kind.label) for kind in LocationKind]


@dataclass(frozen=True, slots=True)
class LocationsPage:
    """The register, and a new place."""

    rows: Sequence[LocationRow]
    kinds: Sequence[Option]
    may_keep: bool
    form: Form[Any]


def locations_page(rows: Sequence[LocationRow], form: Form[Any], actor: Actor) -> LocationsPage:
    return LocationsPage(rows, KINDS, actor.has(*KEEPERS), form)


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A unit in a place, and where it should be when it stands wrong."""

    unit: StoredUnit
    wrong: bool
    status: Text
    belongs: Text | None


@dataclass(frozen=True, slots=True)
class LocationPage:
    """One place: what stands there, its limits and readings, what happened."""

    place: LocationRow
    units: Sequence[StoredLine]
    limit: LimitRow | None
    limits: Sequence[LimitRow]
    readings: Sequence[ReadingRow]
    breach: Text | None
    chart: dict[str, Any] | None
    excursions: Sequence[ExcursionRow]
    moves: Sequence[MoveLine]
    may_keep: bool
    may_limit: bool
    may_count: bool
    form: Form[Any]


def stored_line(unit: StoredUnit, at: datetime) -> StoredLine:
    allowed = unit.allowed(at)
    return StoredLine(
        unit=unit,
        wrong=unit.location is not None and unit.location_kind not in allowed,
        status=_status(unit, at),
        belongs=kinds_in_words(allowed),
    )


def _status(unit: StoredUnit, at: datetime) -> Text:
    if unit.returned:
        return _("returned by the customer")
    if unit.held:
        return _("on hold")
    if unit.usable_until is not None and at >= unit.usable_until:
        return _("past its last usable day")
    return unit.state.label


def location_page(
    place: LocationRow,
    units: Sequence[StoredUnit],
    limits: Sequence[LimitRow],
    readings: Sequence[ReadingRow],
    excursions: Sequence[ExcursionRow],
    moves: Sequence[MoveLine],
    at: datetime,
    form: Form[Any],
    *,
    actor: Actor,
    may_limit: bool,
) -> LocationPage:
    limit = limits[0] if limits else None
    last = readings[0] if readings else None
    return LocationPage(
        place=place,
        units=[stored_line(unit, at) for unit in units],
        limit=limit,
        limits=limits,
        readings=readings,
        breach=None if limit is None or last is None else breach(limit.limits, last.temperature, last.humidity),
        chart=readings_chart(readings, limit.limits if limit else None) if len(readings) > 1 else None,
        excursions=excursions,
        moves=moves,
        may_keep=actor.has(*KEEPERS),
        may_limit=may_limit,
        may_count=actor.has(*COUNTERS),
        form=form,
    )


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Rows of a list of work, or the sentence that says that nothing is there."""

    rows: Sequence[StoredLine]
    empty: Text


@dataclass(frozen=True, slots=True)
class ToMovePage:
    """Two lists of work: what stands wrong, and what nobody has put away."""

    wrong: StoredRows
    wrong_paging: Paging
    waiting: StoredRows
    waiting_paging: Paging


def to_move_page(
    wrong: Sequence[StoredUnit], waiting: Sequence[StoredUnit], page: int, waiting_page: int, at: datetime
) -> ToMovePage:
    return ToMovePage(
        StoredRows([stored_line(unit, at) for unit in wrong], _("Everything stands where its status lets it stand.")),
        Paging(page, PAGE_SIZE, wrong[0].total if wrong else 0, "/stock/to-move"),
        StoredRows([stored_line(unit, at) for unit in waiting], _("Everything is put away.")),
        Paging(waiting_page, PAGE_SIZE, waiting[0].total if waiting else 0, "/stock/to-put-away"),
    )


@dataclass(frozen=True, slots=True)
class WarehousePage:
    """The handheld's first page: how much of each task waits."""

    wrong: int
    waiting: int
    counts: int


@dataclass(frozen=True, slots=True)
class PutAwayPage:
    """Put away: the unit in hand with the places where it may go, or the place in hand for all that follows."""

    unit: UnitRow | None
    status: Text | None
    kinds: Text | None
    places: Sequence[LocationRow]
    place: LocationRow | None
    waiting: Sequence[StoredLine]
    total: int


def unit_in_hand(unit: UnitRow, at: datetime, *, returned: bool) -> tuple[tuple[LocationKind, ...], Text]:
    """Where the unit may go, and the status that decides it."""
    kinds = allowed_kinds(unit.state, held=unit.held, expired=is_expired(unit, at), returned=returned)
    return kinds, status_in_words(unit, at, returned=returned)


@dataclass(frozen=True, slots=True)
class LookUpPage:
    """What a code is: a unit with its status and place, or a place with what stands there."""

    unit: UnitRow | None
    status: Text | None
    belongs: Text | None
    wrong: bool
    rolls: Sequence[StoredLine]
    place: LocationRow | None
    units: Sequence[StoredLine]


@dataclass(frozen=True, slots=True)
class CountListPage:
    """Counts that are running."""

    counts: Sequence[CountRow]


@dataclass(frozen=True, slots=True)
class CountStationPage:
    """A blind count: what is scanned, never what the book says."""

    count: CountRow
    unit: UnitRow | None
    form: Form[Any]
