"""Samples: taken for a sheet, passed on, labelled; and the desk where the lab receives them by scan."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.i18n import _
from maskqms.lab.actions.samples import SampleTaken, move_sample, print_sample_label, take_sample
from maskqms.lab.forms import MoveSample, ScanSample, TakeSample
from maskqms.lab.pages.samples import (
    PAGE_SIZE,
    NewSamplePage,
    ReceivePage,
    SamplePage,
    sample_page,
    samples_page,
)
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.samples import colleagues, sample, samples, steps_of
from maskqms.lab.states import SampleState
from maskqms.labels.forms import PrintLabel
from maskqms.trace.queries.units import resolve_scan, unit_by_id
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Done
from maskqms.web.scan import read_scan

StateQuery = Annotated[str, QueryParameter(name="state")]
"""`state` itself is a name the framework keeps for its own."""


class SampleController(Controller):
    """List, taking, and one sample."""

    path = "/samples"

    @get("/")
    async def list(
        self,
        actor: NamedDependency[Actor],
        state_code: StateQuery = "",
        mine: FromQuery[str] = "",
        text: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        own, wanted = mine == "yes", chosen(SampleState, state_code)
        words, number = text.strip() or None, max(1, page)
        holder = actor.account_id if own else None
        found = await samples(holder=holder, state=wanted, text=words, page=number, size=PAGE_SIZE)
        return render("lab/samples.html", samples_page(found, mine=own, state=wanted, text=words, page=number))

    @get("/new")
    async def new(self, sheet: FromQuery[str] = "") -> Template:
        return render("lab/new_sample.html", await _new(sheet, blank(inspection=sheet)))

    @post("/")
    async def take(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, TakeSample)
        unit = None
        if form.value is not None:
            unit = await resolve_scan(form.value.unit)
            if unit is None:
                form.add_error("unit", _("Nothing here is called {code}.", code=form.value.unit))
        if form.value is None or unit is None:
            return render("lab/new_sample.html", await _new(form.text("inspection"), form), status=422)
        given, code = form.value, unit.code

        async def run() -> SampleTaken:
            return await take_sample(
                given.inspection,
                unit=code,
                quantity=given.quantity,
                container=given.container,
                storage=given.storage,
                actor=actor,
            )

        taken = await once(given.key, SampleTaken, run, tag=Tag.SAMPLE_TAKE, actor=actor, subject=given.inspection)
        return redirect(f"/samples/{taken.code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("lab/sample.html", await _page(code, actor))

    @post("/{code:str}/move")
    async def move(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, MoveSample)
        wanted = chosen(SampleState, form.value.state) if form.value else None
        if form.value is not None and wanted is None:
            form.add_error("state", _("Choose one of the values offered."))
        if form.value is None or wanted is None:
            return render("lab/sample.html", await _page(code, actor, form), status=422)
        given, state = form.value, wanted

        async def run() -> str:
            row = await move_sample(code, state, to=given.to, storage=given.storage, note=given.note, actor=actor)
            return row.code

        await once(given.key, str, run, tag=Tag.SAMPLE_HAND, actor=actor, subject=code)
        return redirect(f"/samples/{code}")

    @post("/{code:str}/label", status_code=200)
    async def label(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PrintLabel)
        if form.value is None:
            return render("lab/sample.html", await _page(code, actor, form), status=422)
        given = form.value
        file = await print_sample_label(code, form=given.form, dpi=given.dpi, actor=actor)
        return Response(
            file,
            media_type=given.form.media_type,
            headers={"Content-Disposition": f'attachment; filename="{code}.{given.form}"'},
        )


class SampleDeskController(Controller):
    """The lab's desk on a tablet: what is scanned is received."""

    path = "/station/samples"

    @get("/")
    async def show(self, actor: NamedDependency[Actor]) -> Template:
        found = await samples(holder=actor.account_id, state=None, text=None, page=1, size=PAGE_SIZE)
        return render("lab/station_samples.html", ReceivePage(found.rows))

    @post("/", status_code=200)
    async def receive(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ScanSample)
        code = read_scan(form.value.code).text.rpartition("/")[2] if form.value else ""
        if form.value is None or not code:
            raise NotFound(form.text("code"))

        async def run() -> str:
            return (await move_sample(code, SampleState.RECEIVED, actor=actor)).code

        await once(form.value.key, str, run, tag=Tag.SAMPLE_HAND, actor=actor, subject=code)
        row = await sample(code)
        text = _("{code} received", code=code)
        return render("_parts/_done.html", Done(text, f"{row.item} · {row.unit_code} · {row.inspection}"))


async def _new(code: str, form: Form[Any]) -> NewSamplePage:
    row = await inspection(code)
    return NewSamplePage(row, (await unit_by_id(row.subject)).unit, form)


async def _page(code: str, actor: Actor, form: Form[Any] | None = None) -> SamplePage:
    row = await sample(code)
    return sample_page(row, await steps_of(row.id), await colleagues(), actor, form)
