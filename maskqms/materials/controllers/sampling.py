"""Sampling: the calculator, how a supplier's lots stand, and the draw of the units to open."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.lab.actions.draw import list_cartons, open_units
from maskqms.lab.pages.draw import DrawPage, draw_file, draw_page, drawn_page
from maskqms.lab.queries.draw import draw_of, openings_of
from maskqms.lab.queries.inspections import inspection
from maskqms.materials.actions.sampling import rule_sampling
from maskqms.materials.pages.sampling import (
    CALCULATOR_STARTS,
    SeriesPage,
    calculator_page,
    lot_sampling_page,
    series_page,
)
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.sampling import sampling_of, series_of
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.sampling_forms import ListCartons, OpenUnits, RuleSampling
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render


class CalculatorController(Controller):
    path = "/sampling"

    @get("/")
    async def show(
        self,
        lot: FromQuery[str] = CALCULATOR_STARTS["lot"],
        level: FromQuery[str] = CALCULATOR_STARTS["level"],
        aql: FromQuery[str] = CALCULATOR_STARTS["aql"],
        severity: FromQuery[str] = CALCULATOR_STARTS["severity"],
    ) -> Template:
        page = calculator_page({"lot": lot, "level": level, "aql": aql, "severity": severity})
        return render("materials/sampling.html", page, status=200 if page.oc else 422)


class SeriesController(Controller):
    """A supplier's lots of a material: history, score, severity, and quality's rulings."""

    path = "/suppliers/{supplier:str}/materials/{material:str}/sampling"

    @get("/")
    async def show(
        self,
        supplier: FromPath[str],
        material: FromPath[str],
        actor: NamedDependency[Actor],
        page: FromQuery[int] = 1,
    ) -> Template:
        return render("materials/series.html", await _series(supplier, material, actor, max(1, page)))

    @post("/")
    async def rule(
        self,
        request: Request[Any, Any, Any],
        supplier: FromPath[str],
        material: FromPath[str],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, RuleSampling)
        if form.value is None:
            return render("materials/series.html", await _series(supplier, material, actor, 1, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            await rule_sampling(
                supplier,
                material=material,
                rule=given.rule,
                reason=given.reason,
                digest=given.digest,
                signer=signer,
                after=given.after,
                one_of=given.one_of,
            )
            return given.rule.value

        await once(given.key, str, run, tag=Tag.SAMPLING_RULE, actor=actor, subject=supplier)
        return redirect(f"/suppliers/{supplier}/materials/{material}/sampling")


async def _series(supplier: str, material: str, actor: Actor, page: int, form: Form[Any] | None = None) -> SeriesPage:
    source, about = await supplier_by_code(supplier), await material_by_code(material)
    return series_page(source, about, await series_of(source.id, about.id), actor, page, form)


class LotSamplingController(Controller):
    """The part of a lot's page that says how it was to be inspected."""

    path = "/lots/{code:str}/sampling"

    @get("/")
    async def show(self, code: FromPath[str]) -> Template:
        lot = await lot_by_code(code)
        page = lot_sampling_page(await sampling_of(lot.id), lot.supplier_code, lot.material_code, lot.inspection)
        return render("materials/_lot_sampling.html", page)


class DrawController(Controller):
    """Which rolls or cartons are opened, and the proof that nobody chose them."""

    path = "/inspections/{code:str}"

    @get("/drawn")
    async def drawn(self, code: FromPath[str]) -> Template:
        row = await inspection(code)
        page = drawn_page(code, await draw_of(code, row.id), await openings_of(row.id))
        return render("lab/_draw.html", page)

    @get("/draw")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("lab/draw.html", await _draw(code, actor))

    @get("/draw.json")
    async def take_along(self, code: FromPath[str]) -> Response[dict[str, Any]]:
        found = await draw_of(code, (await inspection(code)).id)
        if found is None:
            raise NotFound(code)
        return Response(draw_file(found), headers={"Content-Disposition": f'attachment; filename="draw-{code}.json"'})

    @post("/cartons")
    async def cartons(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ListCartons)
        if form.value is None:
            return render("lab/draw.html", await _draw(code, actor, form), status=422)
        given = form.value

        async def run() -> int:
            await list_cartons(code, cartons=given.cartons, draw=given.draw, actor=actor)
            return given.cartons

        await once(given.key, int, run, tag=Tag.SAMPLE_LIST, actor=actor, subject=code)
        return redirect(f"/inspections/{code}/draw")

    @post("/openings")
    async def opened(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, OpenUnits)
        if form.value is None:
            return render("lab/draw.html", await _draw(code, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await open_units(code, given.codes, reason=given.reason, actor=actor)).deviation or ""

        await once(given.key, str, run, tag=Tag.SAMPLE_OPEN, actor=actor, subject=code)
        return redirect(f"/inspections/{code}/draw")


async def _draw(code: str, actor: Actor, form: Form[Any] | None = None) -> DrawPage:
    row = await inspection(code)
    return draw_page(row, await draw_of(code, row.id), await openings_of(row.id), actor, form)
