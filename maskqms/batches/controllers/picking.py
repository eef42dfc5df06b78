"""The handheld fetches material for a batch: which roll next, from where, to which place at the line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.pick import Picked, pick_unit
from maskqms.batches.forms import PickScan
from maskqms.batches.pages.station import IssueLine, PickListPage, PickPage
from maskqms.batches.queries.batches import batch_by_code, station_batches
from maskqms.batches.queries.record import issues_of
from maskqms.batches.queries.scans import unit_of_scan
from maskqms.batches.queries.stock import bill_for, candidates
from maskqms.batches.states import BatchState
from maskqms.db.clock import now
from maskqms.i18n import _
from maskqms.materials.queries.locations import locations
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.rules import plain
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import render
from maskqms.web.parts import Done, Option


class PickController(Controller):
    path = "/station/warehouse/pick"

    @get()
    async def choose(self) -> Template:
        """Batches that run or are planned."""
        rows = [row for row in await station_batches() if row.state is not BatchState.COMPLETE]
        return render("batches/station_pick_list.html", PickListPage(rows))

    @get("/{code:str}")
    async def ask(self, code: FromPath[str], place: FromQuery[str] = "") -> Template:
        return render("batches/station_pick.html", await _page(code, blank(location=place or None)))

    @get("/{code:str}/lines")
    async def lines(self, code: FromPath[str]) -> Template:
        return render("batches/_pick.html", await _page(code, blank()))

    @post("/{code:str}", status_code=200)
    async def pick(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PickScan)
        if form.value is None:
            return render("batches/station_pick.html", await _page(code, form), status=422)
        given = form.value
        unit = await unit_of_scan(given.code)

        async def run() -> Picked:
            return await pick_unit(
                batch=code, code=unit.code, location=given.location, reason=given.reason, actor=actor
            )

        done = await once(given.key, Picked, run, tag=Tag.BATCH_PICK, actor=actor, subject=code)
        return render("_parts/_done.html", _picked(done), trigger="batch-changed")


def _picked(done: Picked) -> Done:
    text = _("{code} fetched: now in {place}", code=done.code, place=done.location)
    return Done(text=text, detail=f"{done.item}, {plain(done.quantity)} {done.unit}")


async def _page(code: str, form: Form[Any]) -> PickPage:
    batch = await batch_by_code(code)
    bill, issued = await bill_for(batch), await issues_of(batch.id)
    stock = await candidates([item.material for item in bill], await now(), change=batch.change)
    lines = [
        IssueLine(
            item=item,
            needed=item.needed(batch.planned),
            issued=sum((row.quantity for row in issued if row.material == item.material), Decimal(0)),
            next=stock[item.material][0] if stock[item.material] else None,
            others=stock[item.material][1:],
        )
        for item in bill
    ]
    places = [Option(one.code, f"{one.code} {one.name}") for one in await locations(kinds=[LocationKind.LINE])]
    return PickPage(batch, lines, places, form)
