"""The warehouse's gate: scan first, one task a screen; picking and the second person's check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.i18n import Text, _
from maskqms.shipping.actions.pick import Picked, check_carton, remove_carton, scan_carton
from maskqms.shipping.controllers.goods import goods_of
from maskqms.shipping.forms import ScanCarton
from maskqms.shipping.pages import StationShipmentPage, StationShipmentsPage
from maskqms.shipping.queries import shipment_lines
from maskqms.trace.rules import plain
from maskqms.trace.states import ShipmentState
from maskqms.web.forms import read_form
from maskqms.web.pages import render
from maskqms.web.parts import Done, Undo

CHANGED = "shipment-changed"
"""The event on which the list of goods is fetched again."""


class GateController(Controller):
    """The warehouse's gate: scan first, one task a screen."""

    path = "/station/shipments"

    @get("/")
    async def tasks(self) -> Template:
        lines = await shipment_lines(state=ShipmentState.OPEN, text=None)
        return render("shipping/station_list.html", StationShipmentsPage(lines))

    @get("/{code:str}")
    async def pick_page(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("shipping/station.html", StationShipmentPage(await goods_of(code, actor), checking=False))

    @get("/{code:str}/check")
    async def check_page(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("shipping/station.html", StationShipmentPage(await goods_of(code, actor), checking=True))

    @get("/{code:str}/goods")
    async def goods(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        """The list of cartons, as the page has it: fetched again after each scan."""
        return render("shipping/_goods.html", await goods_of(code, actor))

    @post("/{code:str}/pick")
    async def pick(self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        def words(done: Picked) -> Done:
            text = _("{code} picked: {n} on the shipment", code=done.code, n=done.cartons)
            undo = Undo(f"/station/shipments/{code}/remove", _("Take it off again"), {"code": done.code})
            return Done(text, _goods_words(done), undo)

        return await _scanned(request, actor, code, Tag.SHIPMENT_PICK, scan_carton, words)

    @post("/{code:str}/check")
    async def check(self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        def words(done: Picked) -> Done:
            text = _("{code} checked: {n} of {all}", code=done.code, n=done.checked, all=done.cartons)
            return Done(text, _goods_words(done))

        return await _scanned(request, actor, code, Tag.SHIPMENT_CHECK, check_carton, words)

    @post("/{code:str}/remove")
    async def remove(self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        def words(done: Picked) -> Done:
            return Done(_("{code} taken off: {n} on the shipment", code=done.code, n=done.cartons), _goods_words(done))

        return await _scanned(request, actor, code, Tag.SHIPMENT_REMOVE, remove_carton, words)


def _goods_words(done: Picked) -> Text:
    return _("Batch {batch}, {quantity} pieces", batch=done.batch or "-", quantity=plain(done.quantity))


async def _scanned(
    request: HTMXRequest,
    actor: Actor,
    shipment: str,
    tag: Tag,
    verb: Callable[..., Awaitable[Picked]],
    words: Callable[[Picked], Done],
) -> Template:
    form = await read_form(request, ScanCarton)
    given = form.value or ScanCarton.model_validate({})
    done = await once(
        given.key, Picked, lambda: verb(shipment, given.code, actor=actor), tag=tag, actor=actor, subject=shipment
    )
    return render("_parts/_done.html", words(done), trigger=CHANGED)
