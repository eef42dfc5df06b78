"""Deviations and changes: the lists, one of them, opening, closing and deciding."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.i18n import _
from maskqms.quality.actions import close_deviation, decide_change, open_deviation
from maskqms.quality.forms import CloseDeviation, DecideChange, OpenDeviation
from maskqms.quality.pages import (
    PAGE_SIZE,
    ChangePage,
    DeviationPage,
    NewDeviationPage,
    change_page,
    changes_page,
    deviation_page,
    deviations_page,
)
from maskqms.quality.queries import change, changes, deviation, deviations
from maskqms.quality.states import ChangeState, DeviationState
from maskqms.trace.queries.units import resolve_scan
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.scan import read_scan

StateQuery = Annotated[str, QueryParameter(name="state")]
"""`state` itself is a name the framework keeps for its own."""


class DeviationController(Controller):
    path = "/deviations"

    @get("/")
    async def list(self, state_code: StateQuery = "", text: FromQuery[str] = "", page: FromQuery[int] = 1) -> Template:
        wanted, number, words = chosen(DeviationState, state_code), max(1, page), text.strip() or None
        found = await deviations(state=wanted, text=words, page=number, size=PAGE_SIZE)
        return render("quality/list.html", deviations_page(found, wanted, words, number))

    @get("/new")
    async def new(self, unit: FromQuery[str] = "") -> Template:
        return render("quality/new.html", NewDeviationPage(blank(unit=unit or None)))

    @post("/")
    async def open(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, OpenDeviation)
        unit = None if form.value is None else await resolve_scan(read_scan(form.value.unit))
        if form.value is not None and unit is None:
            form.add_error("unit", _("Nothing is known under this code."))
        if form.value is None or unit is None:
            return render("quality/new.html", NewDeviationPage(form), status=422)
        given, code = form.value, unit.code

        async def run() -> str:
            made = await open_deviation(
                unit=code,
                title=given.title,
                description=given.description,
                immediate_action=given.immediate_action,
                actor=actor,
            )
            return made.code

        made = await once(given.key, str, run, tag=Tag.DEVIATION_OPEN, actor=actor, subject=code)
        return redirect(f"/deviations/{made}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("quality/deviation.html", await _page(code, actor))

    @post("/{code:str}/close")
    async def close(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, CloseDeviation)
        if form.value is None:
            return render("quality/deviation.html", await _page(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            return (await close_deviation(code, conclusion=given.conclusion, digest=given.digest, signer=signer)).code

        await once(given.key, str, run, tag=Tag.DEVIATION_CLOSE, actor=actor, subject=code)
        return redirect(f"/deviations/{code}")


async def _page(code: str, actor: Actor, form: Form[Any] | None = None) -> DeviationPage:
    return deviation_page(await deviation(code), actor, await signatures_of(code), form)


class ChangeController(Controller):
    path = "/changes"

    @get("/")
    async def list(self, state_code: StateQuery = "", page: FromQuery[int] = 1) -> Template:
        wanted, number = chosen(ChangeState, state_code), max(1, page)
        found = await changes(state=wanted, page=number, size=PAGE_SIZE)
        return render("quality/changes.html", changes_page(found, wanted, number))

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("quality/change.html", await _change_page(code, actor))

    @post("/{code:str}/decide")
    async def decide(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, DecideChange)
        if form.value is None:
            return render("quality/change.html", await _change_page(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            decided = await decide_change(
                code, decision=given.decision, conclusion=given.conclusion, digest=given.digest, signer=signer
            )
            return decided.code

        await once(given.key, str, run, tag=Tag.CHANGE_DECIDE, actor=actor, subject=code)
        return redirect(f"/changes/{code}")


async def _change_page(code: str, actor: Actor, form: Form[Any] | None = None) -> ChangePage:
    return change_page(await change(code), actor, await signatures_of(code), form)


router = Router(path="/", route_handlers=[DeviationController, ChangeController])
