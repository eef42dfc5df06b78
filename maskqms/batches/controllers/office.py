"""Batches at the desk: the board, planning, and the record with its tabs."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.complete import explain_balance
from maskqms.batches.actions.plan import cancel_batch, plan_batch
from maskqms.batches.controllers.heads import head_of
from maskqms.batches.forms import PlanBatch, SigningWithReason, WithReason
from maskqms.batches.pages.office import (
    BalancesPage,
    BatchesPage,
    MaterialsPage,
    OutputPage,
    OverviewPage,
    PackingPage,
    PlanPage,
    SignaturesPage,
    balance_shown,
    signature_lines,
    snapshot_facts,
)
from maskqms.batches.queries.balances import balances_of
from maskqms.batches.queries.batches import batch_by_code, batch_count, batches
from maskqms.batches.queries.masters import lines
from maskqms.batches.queries.packing import cartons_of, loose_boxes, packed_counts
from maskqms.batches.queries.record import (
    clearances_of,
    findings_of,
    issue_lines,
    issues_of,
    output_totals,
    outputs_of,
    people_of,
)
from maskqms.batches.queries.stock import candidates
from maskqms.batches.rules.balances import balance_blockers
from maskqms.batches.states import BatchState
from maskqms.db.clock import now, today
from maskqms.products.queries import products
from maskqms.quality.queries import open_changes
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option, Paging

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]
SIZE = 50


class BatchController(Controller):
    """The line board and the batch records."""

    path = "/batches"

    @get()
    async def board(
        self,
        request: Incoming,
        actor: NamedDependency[Actor],
        line: FromQuery[str | None] = None,
        search: FromQuery[str | None] = None,
        page: FromQuery[int] = 1,
    ) -> Template:
        state = request.query_params.get("state")
        asked: dict[str, Any] = {
            "state": next((s for s in BatchState if s == state), None),
            "line": line or None,
            "search": search or None,
        }
        rows = await batches(**asked, page=max(page, 1), size=SIZE)
        total = await batch_count(**asked)
        return render(
            "batches/list.html",
            BatchesPage(
                rows=rows,
                paging=Paging(max(page, 1), SIZE, total, "/batches", asked),
                form=blank(**asked),
                lines=[Option(name, name) for name in await lines()],
                states=BatchState,
                may_plan=actor.has(Role.PLANT_MANAGER),
            ),
        )

    @get("/new")
    async def new(self, product: FromQuery[str | None] = None) -> Template:
        return render("batches/new.html", await _plan_page(blank(product=product, planned_for=await today())))

    @post("/new", status_code=303)
    async def plan(self, request: Incoming, actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, PlanBatch)
        if form.value is None:
            return render("batches/new.html", await _plan_page(form), status=422)
        given = form.value

        async def run() -> str:
            return (await plan_batch(**given.model_dump(exclude={"key"}), actor=actor)).code

        code = await once(given.key, str, run, tag=Tag.BATCH_PLAN, actor=actor, subject=given.product)
        return redirect(f"/batches/{code}")

    @get("/{code:str}")
    async def overview(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        snapshot = batch.snapshot or {}
        page = OverviewPage(
            head=await head_of(batch, "", actor),
            snapshot=snapshot_facts(batch),
            licences=snapshot.get("licences", []),
            steps=[step["name"] for step in snapshot.get("route", [])],
            open_tests=snapshot.get("edition_open", []),
            totals=await output_totals(batch.id),
            counts=await packed_counts(batch.id),
            clearances=await clearances_of(batch.id),
        )
        return render("batches/overview.html", page)

    @get("/{code:str}/materials")
    async def materials(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        page = MaterialsPage(
            head=await head_of(batch, "materials", actor),
            issued=await issues_of(batch.id),
            lines=await issue_lines(batch.id),
            candidates=await candidates(
                [item.material for item in batch.bill], await now(), limit=3, change=batch.change
            ),
        )
        return render("batches/materials.html", page)

    @get("/{code:str}/output")
    async def output(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        head = await head_of(batch, "output", actor)
        return render(
            "batches/output.html", OutputPage(head, await output_totals(batch.id), await outputs_of(batch.id))
        )

    @get("/{code:str}/packing")
    async def packing(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        page = PackingPage(
            head=await head_of(batch, "packing", actor),
            counts=await packed_counts(batch.id),
            cartons=await cartons_of(batch.id),
            loose=await loose_boxes(batch.id),
        )
        return render("batches/packing.html", page)

    @get("/{code:str}/balances")
    async def balances(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        found = await balances_of(batch.id)
        reasons = balance_blockers(found) if batch.counted is not None else []
        findings = await findings_of(batch.id)
        explained = any(finding.figures == found.digest for finding in findings)
        page = BalancesPage(
            head=await head_of(batch, "balances", actor),
            balances=found,
            reasons=reasons,
            findings=findings,
            explained=explained,
            shown=balance_shown(found, reasons),
            may_explain=batch.state is BatchState.COMPLETE and actor.has(Role.QUALITY) and not explained,
        )
        return render("batches/balances.html", page)

    @post("/{code:str}/balances", status_code=303)
    async def explain(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, SigningWithReason)
        if form.value is None:
            return redirect(f"/batches/{code}/balances")
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            await explain_balance(batch=code, cause=given.reason, digest=given.digest, signer=signer)
            return code

        await once(given.key, str, run, tag=Tag.BATCH_EXPLAIN, actor=actor, subject=code)
        return redirect(f"/batches/{code}/balances")

    @get("/{code:str}/signatures")
    async def signatures(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        batch = await batch_by_code(code)
        page = SignaturesPage(
            head=await head_of(batch, "signatures", actor),
            signatures=signature_lines(await signatures_of(code)),
            people=await people_of(batch.id),
        )
        return render("batches/signatures.html", page)

    @post("/{code:str}/cancel", status_code=303)
    async def cancel(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, WithReason)
        if form.value is None:
            return redirect(f"/batches/{code}")
        given = form.value

        async def run() -> str:
            return (await cancel_batch(batch=code, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.BATCH_CANCEL, actor=actor, subject=code)
        return redirect(f"/batches/{code}")


async def _plan_page(form: Form[Any]) -> PlanPage:
    options = [Option(row.code, f"{row.code} {row.name}") for row in await products(active_only=True)]
    changes = [Option(row.code, f"{row.code} {row.title}") for row in await open_changes()]
    return PlanPage(form, options, await lines(), changes)
