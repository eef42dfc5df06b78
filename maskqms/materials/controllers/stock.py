"""`/stock/take?unit=<code>`: a sample or scrap of a lot, roll, box or carton."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.materials.actions.stock import Taken, take_from_stock
from maskqms.materials.forms import TakeFromStock
from maskqms.materials.pages.stock import page_of, take_page
from maskqms.trace.queries.units import unit_by_code
from maskqms.web.forms import read_form
from maskqms.web.pages import redirect, render


class StockController(Controller):
    path = "/stock"

    @get("/take")
    async def ask(self, unit: FromQuery[str]) -> Template:
        return render("materials/take.html", take_page(await unit_by_code(unit)))

    @post("/take", status_code=303)
    async def take(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, TakeFromStock)
        if form.value is None:
            unit = await unit_by_code(form.text("unit"))
            return render("materials/take.html", take_page(unit, form), status=422)
        given = form.value

        async def run() -> Taken:
            return await take_from_stock(
                given.unit, kind=given.kind, quantity=given.quantity, reason=given.reason, actor=actor
            )

        await once(given.key, Taken, run, tag=Tag.UNIT_MOVE, actor=actor, subject=given.unit)
        return redirect(page_of(await unit_by_code(given.unit)))
