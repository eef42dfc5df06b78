"""The handheld in the warehouse: put away, look up, count; each is one scan field and one of three answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import now
from maskqms.errors import NotFound
from maskqms.i18n import _
from maskqms.materials.actions.counts import Counted, count_unit
from maskqms.materials.actions.locations import Placed, put_away
from maskqms.materials.pages.warehouse import (
    CountListPage,
    CountStationPage,
    LookUpPage,
    PutAwayPage,
    WarehousePage,
    stored_line,
    unit_in_hand,
)
from maskqms.materials.queries.counts import count_by_code, counts
from maskqms.materials.queries.locations import (
    LocationRow,
    find_location,
    location_by_code,
    misplaced,
    returned_units,
    stored_units,
    suggested,
    units_in,
    unplaced,
)
from maskqms.materials.rules.locations import kinds_in_words
from maskqms.materials.stock_forms import CountScan, LookUpScan, PutAwayScan
from maskqms.materials.stock_states import CountState, LocationKind
from maskqms.trace.queries.units import UnitRow, resolve_scan, unit_by_code
from maskqms.trace.rules import plain
from maskqms.trace.states import measure_word
from maskqms.web.forms import blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Done
from maskqms.web.scan import read_scan

Incoming = Request[Any, Any, Any]
HOME = "/station/warehouse"
FIRST = 8
"""Tasks that a small screen shows; the rest is counted."""


async def place_or_unit(raw: str) -> LocationRow | UnitRow:
    """What a scan in the warehouse means; NotFound with what was read when nothing here carries this code."""
    scanned = read_scan(raw)
    place = await find_location(scanned.text) if scanned.text else None
    if place is not None:
        return place
    unit = await resolve_scan(scanned)
    if unit is None:
        raise NotFound(scanned.text or raw)
    return unit


class WarehouseController(Controller):
    path = HOME

    @get()
    async def home(self) -> Template:
        wrong, waiting = await misplaced(await now(), limit=1), await unplaced(limit=1)
        running = await counts(state=CountState.OPEN, size=1)
        page = WarehousePage(*(found[0].total if found else 0 for found in (wrong, waiting, running)))
        return render("materials/station_warehouse.html", page)

    @get("/put-away")
    async def ask_put_away(self, unit: FromQuery[str] = "", place: FromQuery[str] = "") -> Template:
        at = await now()
        row = await unit_by_code(unit) if unit else None
        chosen = await location_by_code(place) if place else None
        waiting = await unplaced(limit=FIRST)
        wrong = await misplaced(at, limit=FIRST)
        kinds: tuple[LocationKind, ...] = ()
        status = None
        if row is not None:
            kinds, status = unit_in_hand(row, at, returned=row.id in await returned_units([row.id]))
        material = None if row is None else row.identifiers.get("material")
        page = PutAwayPage(
            unit=row,
            status=status,
            kinds=kinds_in_words(kinds),
            places=await suggested(kinds, material=material) if row is not None else (),
            place=chosen,
            waiting=[stored_line(one, at) for one in (*wrong, *waiting)][:FIRST],
            total=sum(found[0].total for found in (wrong, waiting) if found),
        )
        return render("materials/station_put_away.html", page)

    @post("/put-away", status_code=200)
    async def put_away(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PutAwayScan)
        if form.value is None:
            return redirect(f"{HOME}/put-away")
        given = form.value
        scanned = await place_or_unit(given.code)
        if isinstance(scanned, LocationRow):
            code, place = given.unit, scanned.code
            if not code:
                return redirect(f"{HOME}/put-away?{urlencode({'place': place})}")
        else:
            code, place = scanned.code, given.place or ""
            if not place:
                return redirect(f"{HOME}/put-away?{urlencode({'unit': code})}")

        async def run() -> Placed:
            return await put_away(code, location=place, reason=given.reason, actor=actor)

        done = await once(given.key, Placed, run, tag=Tag.UNIT_PLACE, actor=actor, subject=code)
        return render("_parts/_done.html", _placed(done), trigger="stock-changed")

    @get("/look-up")
    async def ask_look_up(self, code: FromQuery[str] = "") -> Template:
        at = await now()
        page = LookUpPage(None, None, None, False, (), None, ())
        if code:
            found = await place_or_unit(code)
            if isinstance(found, LocationRow):
                units = [stored_line(unit, at) for unit in await units_in(found.code)]
                page = LookUpPage(None, None, None, False, (), found, units)
            else:
                kinds, status = unit_in_hand(found, at, returned=found.id in await returned_units([found.id]))
                place = await find_location(found.location) if found.location else None
                rolls = [stored_line(unit, at) for unit in await stored_units(found.id)]
                wrong = found.on_hand > 0 and place is not None and place.kind not in kinds
                page = LookUpPage(found, status, kinds_in_words(kinds), wrong, rolls, place, ())
        return render("materials/station_look_up.html", page)

    @post("/look-up", status_code=200)
    async def look_up(self, request: Incoming) -> Any:
        form = await read_form(request, LookUpScan)
        if form.value is None:
            return redirect(f"{HOME}/look-up")
        found = await place_or_unit(form.value.code)
        return redirect(f"{HOME}/look-up?{urlencode({'code': found.code})}")

    @get("/counts")
    async def count_list(self) -> Template:
        return render("materials/station_counts.html", CountListPage(await counts(state=CountState.OPEN)))

    @get("/counts/{code:str}")
    async def ask_count(self, code: FromPath[str], unit: FromQuery[str] = "") -> Template:
        row = await unit_by_code(unit) if unit else None
        whole = plain(row.quantity) if row is not None and row.kind in ("box", "carton") else None
        page = CountStationPage(await count_by_code(code), row, blank(code=unit or None, quantity=whole))
        return render("materials/station_count.html", page)

    @post("/counts/{code:str}", status_code=200)
    async def count(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        """A scan without a figure asks for it; the figure alone says what lies there of the unit just scanned."""
        form = await read_form(request, CountScan)
        row = await count_by_code(code)
        if form.value is None:
            if form.text("quantity"):
                unit = await unit_by_code(form.text("code"))
                return render("materials/station_count.html", CountStationPage(row, unit, form), status=422)
            found = await place_or_unit(form.text("code"))
            if isinstance(found, LocationRow):
                raise NotFound(found.code)
            return redirect(f"{row.station}?{urlencode({'unit': found.code})}")
        given = form.value
        code_of_unit = (await place_or_unit(given.code)).code

        async def run() -> Counted:
            return await count_unit(code, unit=code_of_unit, counted=given.quantity, actor=actor)

        done = await once(given.key, Counted, run, tag=Tag.COUNT_UNIT, actor=actor, subject=code)
        if request.headers.get("x-scan") != "1":
            return redirect(row.station)
        return render("_parts/_done.html", _counted(done), trigger="count-changed")


def _placed(done: Placed) -> Done:
    """The green card: what went where, and where it came from."""
    text = _("{code} put into {place}", code=done.code, place=done.location)
    if done.units > 1:
        text = _("{code}: {n} rolls put into {place}", code=done.code, n=done.units, place=done.location)
    came = _("{item}; before: {place}", item=done.item, place=done.before) if done.before else done.item
    return Done(text=text, detail=came)


def _counted(done: Counted) -> Done:
    """The green card says what was counted, not what the book has."""
    text = _("{code}: {n} {unit} counted", code=done.code, n=plain(done.counted), unit=measure_word(done.unit))
    return Done(text=text, detail=_("{done} of {lines} units counted", done=done.done, lines=done.lines))
