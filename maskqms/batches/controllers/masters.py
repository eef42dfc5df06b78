"""Master records: list, one version, writing and approving."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.masters import (
    approve_master_record,
    draft_master_record,
    retire_master_record,
    revise_master_record,
)
from maskqms.batches.forms import BILL_ROWS, MasterRecordForm, Signing, SigningWithReason
from maskqms.batches.pages.masters import MasterFormPage, MastersPage, empty_form, filled, master_page
from maskqms.batches.queries.masters import master_in_force, master_of, masters
from maskqms.materials.queries.materials import materials
from maskqms.products.queries import product_by_code, products
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]
WRITERS = (Role.QUALITY, Role.PLANT_MANAGER)


class MasterController(Controller):
    """How each product is made, version by version."""

    path = "/master-records"

    @get()
    async def everything(self, actor: NamedDependency[Actor], product: FromQuery[str | None] = None) -> Template:
        rows = await masters(product or None)
        page = MastersPage(rows, await products(active_only=True), product or None, actor.has(*WRITERS))
        return render("batches/masters.html", page)

    @get("/{product:str}/new")
    async def new(self, product: FromPath[str]) -> Template:
        of = await product_by_code(product)
        former = await master_in_force(of.id)
        return await _form(product, filled(former) if former else empty_form(), None)

    @post("/{product:str}/new", status_code=303)
    async def draft(self, request: Incoming, product: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, MasterRecordForm)
        if form.value is None:
            return await _form(product, form, None, 422)
        given = form.value
        details = given.details(await materials())

        async def run() -> int:
            return (await draft_master_record(product=product, details=details, actor=actor)).version

        version = await once(given.key, int, run, tag=Tag.MASTER_DRAFT, actor=actor, subject=product)
        return redirect(f"/master-records/{product}/{version}")

    @get("/{product:str}/{version:int}")
    async def show(self, product: FromPath[str], version: FromPath[int], actor: NamedDependency[Actor]) -> Template:
        row = await master_of(product, version)
        page = master_page(row, may_write=actor.has(*WRITERS), may_approve=actor.has(Role.QUALITY))
        return render("batches/master.html", page)

    @get("/{product:str}/{version:int}/change")
    async def ask_change(self, product: FromPath[str], version: FromPath[int]) -> Template:
        return await _form(product, filled(await master_of(product, version)), version)

    @post("/{product:str}/{version:int}/change", status_code=303)
    async def change(
        self, request: Incoming, product: FromPath[str], version: FromPath[int], actor: NamedDependency[Actor]
    ) -> Answer:
        form = await read_form(request, MasterRecordForm)
        if form.value is None:
            return await _form(product, form, version, 422)
        given = form.value
        details = given.details(await materials())

        async def run() -> int:
            row = await revise_master_record(product=product, version=version, details=details, actor=actor)
            return row.version

        await once(given.key, int, run, tag=Tag.MASTER_REVISE, actor=actor, subject=f"{product} v{version}")
        return redirect(f"/master-records/{product}/{version}")

    @post("/{product:str}/{version:int}/approve", status_code=303)
    async def approve(
        self, request: Incoming, product: FromPath[str], version: FromPath[int], actor: NamedDependency[Actor]
    ) -> Answer:
        form = await read_form(request, Signing)
        if form.value is None:
            return redirect(f"/master-records/{product}/{version}")
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            row = await approve_master_record(product=product, version=version, digest=given.digest, signer=signer)
            return row.version

        await once(given.key, int, run, tag=Tag.MASTER_APPROVE, actor=actor, subject=f"{product} v{version}")
        return redirect(f"/master-records/{product}/{version}")

    @post("/{product:str}/{version:int}/retire", status_code=303)
    async def retire(
        self, request: Incoming, product: FromPath[str], version: FromPath[int], actor: NamedDependency[Actor]
    ) -> Answer:
        form = await read_form(request, SigningWithReason)
        if form.value is None:
            return redirect(f"/master-records/{product}/{version}")
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            row = await retire_master_record(product=product, version=version, reason=given.reason, signer=signer)
            return row.version

        await once(given.key, int, run, tag=Tag.MASTER_RETIRE, actor=actor, subject=f"{product} v{version}")
        return redirect(f"/master-records/{product}/{version}")


async def _form(product: str, form: Form[Any], version: int | None, status: int = 200) -> Template:
    options = [Option(row.code, f"{row.code} {row.name} ({row.unit.label})") for row in await materials()]
    used = max((n for n in range(1, BILL_ROWS + 1) if form.text(f"material_{n}")), default=0)
    rows = range(1, min(max(used + 3, 6), BILL_ROWS) + 1)
    page = MasterFormPage(await product_by_code(product), form, options, rows, version)
    return render("batches/master_form.html", page, status=status)
