"""Holds: the list, one of them, placing and lifting."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.i18n import _
from maskqms.trace.actions.holds import lift_hold, place_hold
from maskqms.trace.forms import LiftHold, PlaceHold
from maskqms.trace.pages.holds import PAGE_SIZE, HoldPage, NewHoldPage, hold_page, holds_page, kind_facts
from maskqms.trace.queries.holds import count_holds, hold_by_code, holds, kinds_of_hold, units_of_hold
from maskqms.trace.queries.neighbours import kinds_below
from maskqms.trace.queries.units import resolve_scan
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.scan import read_scan

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
    async def new(self, unit: FromQuery[str] = "") -> Template:
        return render("trace/new_hold.html", await _new(blank(unit=unit or None), unit))

    @post("/", status_code=303)
    async def place(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form: Form[PlaceHold] = await read_form(request, PlaceHold)
        unit = None if form.value is None else await resolve_scan(read_scan(form.value.unit))
        if form.value is not None and unit is None:
            form.add_error("unit", _("Nothing is known under this code."))
        if form.value is not None and (form.value.span_from is None) != (form.value.span_to is None):
            form.add_error("span_to", _("A stretch has a beginning and an end."))
        if form.value is None or unit is None:
            return render("trace/new_hold.html", await _new(form, form.text("unit")), status=422)
        given, code = form.value, unit.code
        span = None
        if given.span_from is not None and given.span_to is not None:
            span = (given.span_from, given.span_to)

        async def run() -> str:
            return (await place_hold(unit=code, reason=given.reason, span=span, actor=actor)).hold.code

        placed = await once(given.key, str, run, tag=Tag.HOLD_PLACE, actor=actor, subject=code)
        return redirect(f"/holds/{placed}")

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


async def _new(form: Form[Any], code: str) -> NewHoldPage:
    """The form, with what the hold would reach when the unit is known already."""
    unit = await resolve_scan(read_scan(code)) if code.strip() else None
    return NewHoldPage(form, unit, () if unit is None else kind_facts(await kinds_below(unit.id)))


async def _page(code: str, actor: Actor, number: int, form: Form[Any] | None = None) -> HoldPage:
    hold = await hold_by_code(code)
    units = await units_of_hold(hold.id, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    signatures = await signatures_of(hold.code)
    return hold_page(hold, await kinds_of_hold(hold.id), units, number, signatures, actor, form)
