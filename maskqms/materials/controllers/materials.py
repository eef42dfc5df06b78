"""Materials and their specifications."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.i18n import _
from maskqms.materials.actions.specifications import (
    approve_specification,
    draft_specification,
    enter_material,
    remove_test,
    set_sampling,
    write_test,
)
from maskqms.materials.forms import (
    DraftSpecification,
    EnterMaterial,
    PutInForce,
    RemoveTest,
    SetSampling,
    WriteTest,
)
from maskqms.materials.pages.compare import compare_page
from maskqms.materials.pages.materials import (
    MaterialPage,
    MaterialsPage,
    NewMaterialPage,
    SpecificationPage,
    TestPage,
    material_page,
    specification_page,
    test_curve,
    test_form,
)
from maskqms.materials.queries.materials import material_by_code, materials, specification, specifications_of
from maskqms.materials.queries.suppliers import approved_suppliers
from maskqms.materials.typed import sampling_faults, typed_test
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render


class MaterialController(Controller):
    path = "/materials"

    @get("/")
    async def list(self, actor: NamedDependency[Actor]) -> Template:
        page = MaterialsPage(await materials(), actor.has(Role.QUALITY, Role.WAREHOUSE))
        return render("materials/materials.html", page)

    @get("/new")
    async def new(self) -> Template:
        return render("materials/new_material.html", NewMaterialPage(blank(unit="m")))

    @post("/")
    async def enter(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, EnterMaterial)
        if form.value is None:
            return render("materials/new_material.html", NewMaterialPage(form), status=422)
        given = form.value

        async def run() -> str:
            return (await enter_material(**given.model_dump(exclude={"key"}), actor=actor)).code

        code = await once(given.key, str, run, tag=Tag.MATERIAL_CREATE, actor=actor, subject=given.code)
        return redirect(f"/materials/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/material.html", await _page(code, actor))

    @post("/{code:str}/specifications")
    async def draft(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, DraftSpecification)
        given = form.value or DraftSpecification(key=form.text("key") or "draft-without-key")

        async def run() -> int:
            return (await draft_specification(code, actor=actor, start=given.start)).version

        version = await once(given.key, int, run, tag=Tag.SPECIFICATION_DRAFT, actor=actor, subject=code)
        return redirect(f"/materials/{code}/specifications/{version}")

    @get("/{code:str}/compare")
    async def compare(self, code: FromPath[str], left: FromQuery[int] = 0, right: FromQuery[int] = 0) -> Template:
        row = await material_by_code(code)
        return render("materials/compare.html", compare_page(row, await specifications_of(row.id), left, right))


async def _page(code: str, actor: Actor) -> MaterialPage:
    row = await material_by_code(code)
    return material_page(row, await specifications_of(row.id), await approved_suppliers(row.id), actor)


class SpecificationController(Controller):
    """One version: its tests, how many are looked at, and the signature that puts it in force."""

    path = "/materials/{code:str}/specifications/{version:int}"

    @get("/")
    async def show(
        self,
        code: FromPath[str],
        version: FromPath[int],
        actor: NamedDependency[Actor],
        lot: FromQuery[str] = "",
    ) -> Template:
        return render("materials/specification.html", await _specification(code, version, actor, lot))

    @get("/test")
    async def test(self, code: FromPath[str], version: FromPath[int], test: FromQuery[str] = "") -> Template:
        row = await specification(code, version)
        found = row.tests.test(test)
        if test and found is None:
            raise NotFound(test)
        return render("materials/test.html", TestPage(row, test or None, test_form(found)))

    @get("/curve")
    async def curve(
        self,
        code: FromPath[str],
        version: FromPath[int],
        lot: FromQuery[str] = "",
        level: FromQuery[str] = "",
        aql: FromQuery[str] = "",
        rule: FromQuery[str] = "",
        counted: FromQuery[str] = "",
    ) -> Template:
        """What the plan of a test is worth; what is not chosen is the specification's."""
        row = await specification(code, version)
        typed = {"lot": lot, "level": level, "aql": aql, "rule": rule, "counted": counted}
        return render("materials/_test_curve.html", test_curve(row, typed))

    @post("/tests")
    async def write(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        version: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, WriteTest)
        row = await specification(code, version)
        typed = None
        if form.value is not None:
            faults = sampling_faults(form.value)
            typed = None if faults else typed_test(form.value, row.tests.test(form.value.code), by=actor.name)
            for name, words in faults.items():
                form.add_error(name, words)
            if typed is None and not faults:
                form.add_error("limit", _("Not a limit of this test: write >= 95, <= 35, 23.0 to 27.0, or pass."))
        if form.value is None or typed is None:
            return render("materials/test.html", TestPage(row, form.text("code") or None, form), status=422)
        given, test = form.value, typed

        async def run() -> str:
            await write_test(code, version, test, actor=actor)
            return test.code

        await once(given.key, str, run, tag=Tag.SPECIFICATION_CHANGE, actor=actor, subject=code)
        return redirect(f"/materials/{code}/specifications/{version}")

    @post("/remove")
    async def remove(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        version: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, RemoveTest)
        if form.value is None:
            return redirect(f"/materials/{code}/specifications/{version}")
        given = form.value

        async def run() -> str:
            await remove_test(code, version, given.code, actor=actor)
            return given.code

        await once(given.key, str, run, tag=Tag.SPECIFICATION_CHANGE, actor=actor, subject=code)
        return redirect(f"/materials/{code}/specifications/{version}")

    @post("/sampling")
    async def sampling(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        version: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, SetSampling)
        if form.value is None:
            page = await _specification(code, version, actor)
            return render("materials/specification.html", page, status=422)
        given = form.value

        async def run() -> int:
            await set_sampling(code, version, level=given.level, aql=given.aql, actor=actor)
            return version

        await once(given.key, int, run, tag=Tag.SPECIFICATION_CHANGE, actor=actor, subject=code)
        return redirect(f"/materials/{code}/specifications/{version}")

    @post("/approve")
    async def approve(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        version: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, PutInForce)
        if form.value is None:
            page = await _specification(code, version, actor, approve_form=form)
            return render("materials/specification.html", page, status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            await approve_specification(code, version, digest=given.digest, signer=signer, from_day=given.from_day)
            return version

        await once(given.key, int, run, tag=Tag.SPECIFICATION_APPROVE, actor=actor, subject=code)
        return redirect(f"/materials/{code}/specifications/{version}")


async def _specification(
    code: str, version: int, actor: Actor, lot: str = "", approve_form: Form[Any] | None = None
) -> SpecificationPage:
    return specification_page(
        await specification(code, version),
        await material_by_code(code),
        await signatures_of(code),
        actor,
        lot,
        approve_form,
    )
