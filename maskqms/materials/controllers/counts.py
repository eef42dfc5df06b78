"""Stock counts at the desk: open, finish, send back, approve."""

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
from maskqms.materials.actions.counts import approve_count, finish_count, open_count, recount, set_count_limit
from maskqms.materials.pages.counts import PAGE_SIZE, CountPage, CountsPage, count_page, counts_page
from maskqms.materials.queries.counts import count_by_code, count_limit, counts, lines_of
from maskqms.materials.queries.locations import locations
from maskqms.materials.queries.materials import materials
from maskqms.materials.stock_forms import ApproveCount, FinishCount, OpenCount, Recount, SetCountLimit
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render

Incoming = Request[Any, Any, Any]


class CountController(Controller):
    path = "/stock/counts"

    @get("/")
    async def list(
        self,
        actor: NamedDependency[Actor],
        location: FromQuery[str] = "",
        material: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        form = blank(location=location or None, material=material or None)
        return render("materials/counts.html", await _list(max(1, page), actor, form))

    @post("/", status_code=303)
    async def open(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, OpenCount)
        if form.value is None:
            return render("materials/counts.html", await _list(1, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await open_count(location=given.location, material=given.material, actor=actor)).code

        about = given.location or given.material or ""
        code = await once(given.key, str, run, tag=Tag.COUNT_OPEN, actor=actor, subject=about)
        return redirect(f"/stock/counts/{code}")

    @post("/limit", status_code=303)
    async def limit(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SetCountLimit)
        if form.value is None:
            return render("materials/counts.html", await _list(1, actor, form), status=422)
        given = form.value

        async def run() -> None:
            await set_count_limit(given.percent, basis=given.basis, actor=actor)

        await once(given.key, type(None), run, tag=Tag.COUNT_LIMIT, actor=actor)
        return redirect("/stock/counts")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/count.html", await _page(code, actor, blank()))

    @post("/{code:str}/finish", status_code=303)
    async def finish(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, FinishCount)
        if form.value is None:
            return render("materials/count.html", await _page(code, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await finish_count(code, explanation=given.explanation, actor=actor)).code

        await once(given.key, str, run, tag=Tag.COUNT_FINISH, actor=actor, subject=code)
        return redirect(f"/stock/counts/{code}")

    @post("/{code:str}/recount", status_code=303)
    async def again(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, Recount)
        if form.value is None:
            return render("materials/count.html", await _page(code, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await recount(code, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.COUNT_RECOUNT, actor=actor, subject=code)
        return redirect(f"/stock/counts/{code}")

    @post("/{code:str}/approve", status_code=303)
    async def approve(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ApproveCount)
        if form.value is None:
            return render("materials/count.html", await _page(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            return (await approve_count(code, digest=given.digest, signer=signer)).code

        await once(given.key, str, run, tag=Tag.COUNT_APPROVE, actor=actor, subject=code)
        return redirect(f"/stock/counts/{code}")


async def _list(page: int, actor: Actor, form: Form[Any]) -> CountsPage:
    rows = await counts(page=page, size=PAGE_SIZE)
    return counts_page(rows, await locations(), await materials(), await count_limit(), page, actor, form)


async def _page(code: str, actor: Actor, form: Form[Any]) -> CountPage:
    row = await count_by_code(code)
    return count_page(row, await lines_of(row.id), await signatures_of(code), actor, form)
