"""Shipments at the desk: the list, one with its goods and papers, confirming and cancelling."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from litestar_htmx import HTMXRequest

from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.shipping.actions.confirm import confirm_shipment
from maskqms.shipping.actions.pick import Opened, cancel_shipment, open_shipment
from maskqms.shipping.controllers.goods import goods_of
from maskqms.shipping.forms import CancelShipment, ConfirmShipment, OpenShipment
from maskqms.shipping.pages import ShipmentPage, ShipmentsPage, band_of, facts_of
from maskqms.shipping.queries import (
    consignee_lines,
    papers_of,
    sales_of_shipment,
    shipment_count,
    shipment_lines,
    terms_of,
)
from maskqms.trace.states import ShipmentState
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option, Paging

SIZE = 50


class ShipmentController(Controller):
    """Shipments at the desk."""

    path = "/shipments"

    @get("/")
    async def list(
        self,
        actor: NamedDependency[Actor],
        q: FromQuery[str | None] = None,
        stage: FromQuery[str | None] = None,
        page: FromQuery[int] = 1,
    ) -> Template:
        return render("shipping/shipments.html", await _shipments_page(actor, q, stage, page, None))

    @post("/")
    async def open(self, request: HTMXRequest, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form = await read_form(request, OpenShipment)
        given = form.value
        if given is None:
            return render("shipping/shipments.html", await _shipments_page(actor, None, None, 1, form), status=422)
        made = await once(
            given.key,
            Opened,
            lambda: open_shipment(given.consignee, actor=actor),
            tag=Tag.SHIPMENT_OPEN,
            actor=actor,
        )
        return redirect(f"/shipments/{made.code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("shipping/shipment.html", await _shipment_page(code, actor, None))

    @post("/{code:str}/confirm")
    async def confirm(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, ConfirmShipment)
        given = form.value
        if given is None:
            return render("shipping/shipment.html", await _shipment_page(code, actor, form), status=422)

        async def run() -> Opened:
            return await confirm_shipment(code, **given.model_dump(exclude={"key"}), actor=actor)

        await once(given.key, Opened, run, tag=Tag.SHIPMENT_CONFIRM, actor=actor, subject=code)
        return redirect(f"/shipments/{code}")

    @post("/{code:str}/cancel")
    async def cancel(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, CancelShipment)
        given = form.value
        if given is None:
            return render("shipping/shipment.html", await _shipment_page(code, actor, form), status=422)
        await once(
            given.key,
            Opened,
            lambda: cancel_shipment(code, reason=given.reason, actor=actor),
            tag=Tag.SHIPMENT_CANCEL,
            actor=actor,
            subject=code,
        )
        return redirect(f"/shipments/{code}")


async def _shipments_page(
    actor: Actor, text: str | None, stage: str | None, page: int, form: Form[Any] | None
) -> ShipmentsPage:
    wanted = next((one for one in ShipmentState if one == stage), None)
    total = await shipment_count(state=wanted, text=text)
    return ShipmentsPage(
        lines=await shipment_lines(state=wanted, text=text, page=page, size=SIZE),
        paging=Paging(page, SIZE, total, path="/shipments", query={"q": text, "stage": stage}),
        form=form or blank(q=text, stage=stage),
        states=[Option(one.value, one.label) for one in ShipmentState],
        consignees=[Option(line.code, f"{line.code} {line.name}") for line in await consignee_lines(size=1000)],
        may_open=actor.has(Role.WAREHOUSE),
    )


async def _shipment_page(code: str, actor: Actor, form: Form[Any] | None) -> ShipmentPage:
    goods = await goods_of(code, actor)
    terms = await terms_of(goods.shipment.consignee_code)
    tone, band = band_of(goods)
    is_open = goods.shipment.state is ShipmentState.OPEN
    return ShipmentPage(
        goods=goods,
        terms=terms,
        facts=facts_of(goods, terms),
        band=band,
        tone=tone,
        papers=await papers_of(goods.shipment.id),
        sales=await sales_of_shipment(goods.shipment.id),
        form=form or blank(),
        may_work=is_open and actor.has(Role.WAREHOUSE),
        ready=is_open and bool(goods.lines) and not goods.unchecked,
    )
