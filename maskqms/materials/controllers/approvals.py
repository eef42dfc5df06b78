"""One supplier and one material: the evaluations, the decision, and what changes at the source."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.materials.actions.approvals import decide_approval, keep_evaluation, paper_reasons
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.controllers.files import as_attachment, copy_of
from maskqms.materials.forms import DecideApproval, KeepEvaluation, ReportChange
from maskqms.materials.pages.approvals import ApprovalPage, ApprovalRecord, approval_page
from maskqms.materials.queries.changes import source_changes
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.suppliers import (
    approvals_of,
    credential_rules,
    credentials_of,
    evaluation_file,
    evaluations_of,
    supplier_by_code,
)
from maskqms.materials.rules.papers import needed_types
from maskqms.materials.rules.sourcing import maker_types
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render

PAGE = "materials/approval.html"


class ApprovalController(Controller):
    path = "/suppliers/{code:str}/materials/{material:str}"

    @get("/")
    async def show(self, code: FromPath[str], material: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render(PAGE, await _page(code, material, actor))

    @post("/")
    async def decide(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        material: FromPath[str],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, DecideApproval)
        if form.value is None:
            return render(PAGE, await _page(code, material, actor, form=form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            decided = given.model_dump(exclude={"key", "username", "password"})
            return await decide_approval(code, material=material, **decided, signer=signer)

        await once(given.key, int, run, tag=Tag.APPROVAL_DECIDE, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}")

    @post("/evaluations")
    async def evaluate(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        material: FromPath[str],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, KeepEvaluation)
        if form.value is None:
            return render(PAGE, await _page(code, material, actor, evaluation_form=form), status=422)
        given = form.value
        copy = await copy_of(given.report)

        async def run() -> int:
            said = given.model_dump(include={"kind", "number", "done_on"})
            return await keep_evaluation(code, material=material, **said, copy=copy, actor=actor)

        await once(given.key, int, run, tag=Tag.EVALUATION_KEEP, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}/materials/{material}")

    @get("/evaluations/{number:int}/file")
    async def file(
        self, code: FromPath[str], material: FromPath[str], number: FromPath[int], actor: NamedDependency[Actor]
    ) -> Response[bytes]:
        found = await evaluation_file(number)
        asked = {"evaluation": number, "material": material}
        await record_export(found.content, name=found.name, subject=code, actor=actor, asked=asked)
        return as_attachment(found)

    @post("/changes")
    async def report(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        material: FromPath[str],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, ReportChange)
        if form.value is None:
            return render(PAGE, await _page(code, material, actor, change_form=form), status=422)
        given = form.value

        async def run() -> str:
            return await report_source_change(
                code, material=material, kind=given.kind, description=given.description, actor=actor
            )

        change = await once(given.key, str, run, tag=Tag.CHANGE_OPEN, actor=actor, subject=code)
        return redirect(f"/changes/{change}")


async def _page(code: str, material: str, actor: Actor, **forms: Form[Any]) -> ApprovalPage:
    row, about = await supplier_by_code(code), await material_by_code(material)
    day = await today()
    papers = await credentials_of(row.id)
    configured = (await credential_rules()).get(about.category)
    found = ApprovalRecord(
        supplier=row,
        material=about,
        history=[one for one in await approvals_of(row.id) if one.material == about.id],
        credentials=papers,
        evaluations=await evaluations_of(row.id, about.id),
        changes=await source_changes(row.id, about.id),
        needed=needed_types(configured, row.kind),
        of_maker=maker_types(configured, row.kind),
        standing=await paper_reasons(row, about, papers, day),
    )
    return approval_page(found, day, actor, **forms)
