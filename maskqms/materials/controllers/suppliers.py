"""Suppliers, their papers, and which of them may deliver what."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.queries import accounts, signatures_of
from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.materials.actions.approvals import propose_supplier
from maskqms.materials.actions.suppliers import (
    BUYERS,
    add_credential,
    enter_supplier,
    hand_over_credential,
    require_credentials,
    withdraw_credential,
)
from maskqms.materials.controllers.files import as_attachment, copy_of
from maskqms.materials.forms import (
    AddCredential,
    EnterSupplier,
    HandOver,
    ProposeSupplier,
    RequireCredentials,
    WithdrawCredential,
)
from maskqms.materials.pages.suppliers import (
    NewSupplierPage,
    SupplierPage,
    papers_page,
    supplier_page,
    suppliers_page,
)
from maskqms.materials.queries.changes import source_changes
from maskqms.materials.queries.materials import materials
from maskqms.materials.queries.scorecard import single_sources
from maskqms.materials.queries.suppliers import (
    approvals_of,
    credential_file,
    credential_rules,
    credentials_of,
    supplier_by_code,
    supplier_list,
)
from maskqms.materials.rules.papers import DEFAULT_TYPES
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render


class SupplierController(Controller):
    path = "/suppliers"

    @get("/")
    async def list(self, actor: NamedDependency[Actor]) -> Template:
        day = await today()
        return render(
            "materials/suppliers.html", suppliers_page(await supplier_list(day), await single_sources(day), day, actor)
        )

    @get("/new")
    async def new(self) -> Template:
        return render("materials/new_supplier.html", NewSupplierPage(blank(kind="manufacturer")))

    @post("/")
    async def enter(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, EnterSupplier)
        if form.value is None:
            return render("materials/new_supplier.html", NewSupplierPage(form), status=422)
        given = form.value

        async def run() -> str:
            return (await enter_supplier(**given.model_dump(exclude={"key"}), actor=actor)).code

        code = await once(given.key, str, run, tag=Tag.SUPPLIER_CREATE, actor=actor, subject=given.name)
        return redirect(f"/suppliers/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/supplier.html", await _page(code, actor))

    @post("/{code:str}/credentials")
    async def add(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, AddCredential)
        if form.value is None:
            return render("materials/supplier.html", await _page(code, actor, form=form), status=422)
        given = form.value
        copy = await copy_of(given.copy_file)

        async def run() -> int:
            return await add_credential(code, **given.model_dump(exclude={"key", "copy_file"}), copy=copy, actor=actor)

        await once(given.key, int, run, tag=Tag.CREDENTIAL_ADD, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}")

    @post("/{code:str}/credentials/{number:int}/withdraw")
    async def withdraw(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        number: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, WithdrawCredential)
        if form.value is None:
            return render("materials/supplier.html", await _page(code, actor, withdraw_form=form), status=422)
        given = form.value

        async def run() -> int:
            await withdraw_credential(number, reason=given.reason, actor=actor)
            return number

        await once(given.key, int, run, tag=Tag.CREDENTIAL_WITHDRAW, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}")

    @post("/{code:str}/credentials/{number:int}/owner")
    async def hand_over(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        number: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, HandOver)
        if form.value is None:
            return render("materials/supplier.html", await _page(code, actor, owner_form=form), status=422)
        given = form.value

        async def run() -> int:
            await hand_over_credential(number, to=given.to, actor=actor)
            return number

        await once(given.key, int, run, tag=Tag.CREDENTIAL_OWNER, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}")

    @get("/{code:str}/credentials/{number:int}/file")
    async def file(self, code: FromPath[str], number: FromPath[int], actor: NamedDependency[Actor]) -> Response[bytes]:
        """The scanned paper, never run by the browser as a page of ours."""
        found = await credential_file(number)
        asked = {"credential": number}
        await record_export(found.content, name=found.name, subject=code, actor=actor, asked=asked)
        return as_attachment(found)

    @post("/{code:str}/propose")
    async def propose(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ProposeSupplier)
        if form.value is None:
            return render("materials/supplier.html", await _page(code, actor, propose_form=form), status=422)
        given = form.value

        async def run() -> int:
            return await propose_supplier(code, material=given.material, basis=given.basis, actor=actor)

        await once(given.key, int, run, tag=Tag.APPROVAL_DECIDE, actor=actor, subject=code)
        return redirect(f"/suppliers/{code}")


async def _page(code: str, actor: Actor, **forms: Form[Any]) -> SupplierPage:
    row = await supplier_by_code(code)
    return supplier_page(
        row,
        await credentials_of(row.id),
        await approvals_of(row.id),
        await materials(),
        await source_changes(row.id),
        await signatures_of(code),
        await accounts() if actor.has(*BUYERS) else (),
        await today(),
        actor,
        forms,
    )


class PapersController(Controller):
    """Which papers each category needs."""

    path = "/credential-rules"

    @get("/")
    async def show(self, actor: NamedDependency[Actor]) -> Template:
        return render("materials/papers.html", papers_page(await credential_rules(), DEFAULT_TYPES, actor))

    @post("/")
    async def change(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RequireCredentials)
        if form.value is None:
            page = papers_page(await credential_rules(), DEFAULT_TYPES, actor)
            return render("materials/papers.html", page, status=422)
        given = form.value

        async def run() -> str:
            await require_credentials(given.category, given.types, actor=actor)
            return str(given.category)

        await once(given.key, str, run, tag=Tag.CREDENTIAL_RULE, actor=actor, subject=str(given.category))
        return redirect("/credential-rules")
