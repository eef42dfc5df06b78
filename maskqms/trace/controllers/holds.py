"""Holds: the list, one of them, placing and lifting."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.i18n import _, set_locale
from maskqms.trace.actions.holds import lift_hold, place_hold, place_hold_on
from maskqms.trace.controllers.files import FILE_FORMS, as_file
from maskqms.trace.forms import LiftHold, PlaceHold
from maskqms.trace.pages.holds import PAGE_SIZE, HoldPage, NewHoldPage, hold_page, holds_page, kind_facts
from maskqms.trace.queries.hold_lists import LISTS, lists_of_hold
from maskqms.trace.queries.holds import count_holds, hold_by_code, holds, kinds_of_hold, units_of_hold
from maskqms.trace.queries.neighbours import kinds_below
from maskqms.trace.queries.subjects import known_names, roots_of
from maskqms.trace.queries.tables import View
from maskqms.trace.queries.units import resolve_scan
from maskqms.trace.states import NAMED_BY_UNITS, HoldSubject
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.locale import choose_locale
from maskqms.web.pages import redirect, render
from maskqms.web.scan import read_scan

FIRST = 5
"""Entries of each list that stand on the hold's own page."""

Incoming = Request[Any, Any, Any]


class HoldController(Controller):
    path = "/holds"

    @get("/")
    async def list(
        self, actor: NamedDependency[Actor], all: FromQuery[bool] = False, page: FromQuery[int] = 1
    ) -> Template:
        number = max(1, page)
        rows = await holds(active_only=not all, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
        total = await count_holds(active_only=not all)
        return render("trace/holds.html", holds_page(rows, total, not all, number, actor))

    @get("/new")
    async def new(self, unit: FromQuery[str] = "", subject: FromQuery[str] = "") -> Template:
        kind = chosen(HoldSubject, subject) or HoldSubject.UNIT
        return render("trace/new_hold.html", await _new(blank(unit=unit or None, subject=kind), unit, kind))

    @post("/", status_code=303)
    async def place(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form: Form[PlaceHold] = await read_form(request, PlaceHold)
        given = form.value
        name = "" if given is None else await _name_of(given, form)
        if given is None or form.value is None:
            kind = chosen(HoldSubject, form.text("subject")) or HoldSubject.UNIT
            return render("trace/new_hold.html", await _new(form, form.text("unit"), kind), status=422)

        async def run() -> str:
            if given.subject in NAMED_BY_UNITS:
                return (await place_hold_on(given.subject, name, reason=given.reason, actor=actor)).hold.code
            return (await place_hold(unit=name, reason=given.reason, span=given.span, actor=actor)).hold.code

        placed = await once(given.key, str, run, tag=Tag.HOLD_PLACE, actor=actor, subject=name)
        return redirect(f"/holds/{placed}")

    @get("/{code:str}/{view:str}/{form:str}")
    async def take_along(
        self,
        request: Incoming,
        actor: NamedDependency[Actor],
        code: FromPath[str],
        view: FromPath[str],
        form: FromPath[str],
    ) -> Response[bytes]:
        """One of the three lists, whole, as a file."""
        set_locale(choose_locale(request))
        hold, asked = await hold_by_code(code), chosen(View, view)
        if asked not in LISTS or form not in FILE_FORMS:
            raise NotFound(f"{view}.{form}")
        rows = (await lists_of_hold(hold.id, first=None))[asked]
        name = f"{hold.code}-{asked}"
        file = as_file(asked, (row.item for row in rows), form, name)
        await record_export(file.content, name=f"{name}.{form}", subject=hold.code, actor=actor)
        return file

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor], page: FromQuery[int] = 1) -> Template:
        return render("trace/hold.html", await _page(code, actor, max(1, page)))

    @post("/{code:str}/lift", status_code=303)
    async def lift(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form: Form[LiftHold] = await read_form(request, LiftHold)
        if form.value is None:
            return render("trace/hold.html", await _page(code, actor, 1, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            return (await lift_hold(code, reason=given.reason, signer=signer, digest=given.digest)).code

        await once(given.key, str, run, tag=Tag.HOLD_LIFT, actor=actor, subject=code)
        return redirect(f"/holds/{code}")


async def _name_of(given: PlaceHold, form: Form[PlaceHold]) -> str:
    """The unit's own code, or the name as typed; what does not fit together is said beside its field."""
    if given.subject in NAMED_BY_UNITS:
        if given.span_from is not None or given.span_to is not None:
            form.add_error("span_from", _("Only a roll has a stretch."))
        return given.unit.strip()
    if (given.span_from is None) != (given.span_to is None):
        form.add_error("span_to", _("A stretch has a beginning and an end."))
    elif given.subject is HoldSubject.SPAN and given.span is None:
        form.add_error("span_from", _("Say from which metre to which."))
    unit = await resolve_scan(read_scan(given.unit))
    if unit is None:
        form.add_error("unit", _("Nothing is known under this code."))
    return "" if unit is None else unit.code


async def _new(form: Form[Any], code: str, subject: HoldSubject) -> NewHoldPage:
    """The form, with what the hold would reach when its subject is known already."""
    names = await known_names()
    if subject in NAMED_BY_UNITS:
        roots, stops = await roots_of(subject, code.strip()), code.strip()
    else:
        unit = await resolve_scan(read_scan(code)) if code.strip() else None
        roots, stops = (set(), "") if unit is None else ({unit.id}, f"{unit.code} {unit.item}")
    if not roots:
        return NewHoldPage(form, names)
    return NewHoldPage(form, names, stops, kind_facts(await kinds_below(roots)))


async def _page(code: str, actor: Actor, number: int, form: Form[Any] | None = None) -> HoldPage:
    hold = await hold_by_code(code)
    units = await units_of_hold(hold.id, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    kinds, lists = await kinds_of_hold(hold.id), await lists_of_hold(hold.id, first=FIRST)
    return hold_page(hold, kinds, lists, units, number, await signatures_of(hold.code), actor, form)
