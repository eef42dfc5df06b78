"""Counting the pieces of an attribute inspection."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.lab.actions.enter import CellAnswer
from maskqms.lab.actions.tally import count_pieces, counted_plan, enter_count, undo_count
from maskqms.lab.forms import CountPieces, Finish, UndoCount
from maskqms.lab.pages.tally import TallyPage, tally_page
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.queries.tally import entries_of
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render


class TallyController(Controller):
    """One counted test of a sheet."""

    path = "/inspections/{code:str}/tally/{test:str}"

    @get("/")
    async def show(self, code: FromPath[str], test: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("lab/tally.html", await _page(code, test, actor))

    @post("/", status_code=200)
    async def count(
        self, request: Request[Any, Any, Any], code: FromPath[str], test: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        """One press of a button: the counters come back, ready for the next piece."""
        form = await read_form(request, CountPieces)
        if form.value is None:
            return render("lab/_tally.html", await _page(code, test, actor, form), status=422)
        given = form.value

        async def run() -> int:
            return await count_pieces(code, test=test, **given.model_dump(exclude={"key"}), actor=actor)

        await once(given.key, int, run, tag=Tag.TALLY_COUNT, actor=actor, subject=code)
        return render("lab/_tally.html", await _page(code, test, actor))

    @post("/undo")
    async def undo(
        self, request: Request[Any, Any, Any], code: FromPath[str], test: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, UndoCount)
        if form.value is None:
            raise NotFound(f"{code}/{test}")
        given = form.value

        async def run() -> int:
            return await undo_count(code, test=test, entry=given.entry, reason=given.reason or "", actor=actor)

        await once(given.key, int, run, tag=Tag.TALLY_UNDO, actor=actor, subject=code)
        return redirect(f"/inspections/{code}/tally/{test}")

    @post("/enter")
    async def enter(
        self, request: Request[Any, Any, Any], code: FromPath[str], test: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, Finish)

        async def run() -> CellAnswer:
            return await enter_count(code, test=test, actor=actor)

        key = form.value.key if form.value else ""
        await once(key, CellAnswer, run, tag=Tag.RESULT_ENTER, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")


async def _page(code: str, test: str, actor: Actor, form: Form[Any] | None = None) -> TallyPage:
    found = await sheet(code)
    plan = counted_plan(found, test)
    planned = found.inspection.plan.test(test)
    assert planned is not None
    return tally_page(found, planned, plan, await entries_of(found.inspection.id, test), actor, form)
