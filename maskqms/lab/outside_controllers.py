"""What is asked about a sheet from outside its grid: an investigation by hand, the report of an outside laboratory; and
the register of these laboratories."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.lab.actions.investigate import open_investigation
from maskqms.lab.actions.outside import record_report, register_laboratory, suspend_laboratory
from maskqms.lab.investigation_forms import AddReport, ChangeLaboratory, OpenInvestigation, RegisterLaboratory
from maskqms.lab.pages.laboratories import LaboratoriesPage, laboratories_page
from maskqms.lab.queries.measuring import laboratories
from maskqms.lab.showing import shown_inspection
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render


class AroundController(Controller):
    """Beside a sheet."""

    path = "/inspections"

    @post("/{code:str}/investigations")
    async def investigate(
        self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, OpenInvestigation)
        if form.value is None:
            return render("lab/inspection.html", await shown_inspection(code, actor, investigate_form=form), status=422)
        given = form.value

        async def run() -> str:
            return (await open_investigation(code, test=given.test, why=given.why, actor=actor)).code

        made = await once(given.key, str, run, tag=Tag.INVESTIGATION_OPEN, actor=actor, subject=code)
        return redirect(f"/investigations/{made}")

    @post("/{code:str}/reports")
    async def report(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, AddReport)
        if form.value is None:
            return render("lab/inspection.html", await shown_inspection(code, actor, report_form=form), status=422)
        given = form.value

        async def run() -> str:
            return await record_report(
                code,
                test=given.report_test,
                laboratory=given.laboratory,
                report=given.report,
                reported_on=given.reported_on,
                justification=given.justification,
                actor=actor,
            )

        await once(given.key, str, run, tag=Tag.REPORT_ADD, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")


class LaboratoryController(Controller):
    """Outside laboratories: the register."""

    path = "/laboratories"

    @get("/")
    async def list(self, actor: NamedDependency[Actor]) -> Template:
        return render("lab/laboratories.html", await _laboratories(actor))

    @post("/")
    async def register(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RegisterLaboratory)
        if form.value is None:
            return render("lab/laboratories.html", await _laboratories(actor, form), status=422)
        given = form.value

        async def run() -> str:
            return await register_laboratory(
                code=given.code,
                name=given.name,
                accreditation=given.accreditation,
                scope=given.tests,
                valid_until=given.valid_until,
                actor=actor,
            )

        await once(given.key, str, run, tag=Tag.LABORATORY_REGISTER, actor=actor, subject=given.code)
        return redirect("/laboratories")

    @post("/{code:str}/state")
    async def change(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ChangeLaboratory)
        if form.value is None:
            return render("lab/laboratories.html", await _laboratories(actor, change_form=form), status=422)
        given = form.value

        async def run() -> str:
            return await suspend_laboratory(code, reason=given.reason, actor=actor)

        await once(given.key, str, run, tag=Tag.LABORATORY_SUSPEND, actor=actor, subject=code)
        return redirect("/laboratories")


async def _laboratories(
    actor: Actor, form: Form[Any] | None = None, change_form: Form[Any] | None = None
) -> LaboratoriesPage:
    return laboratories_page(await laboratories(), await today(), actor, form, change_form)
