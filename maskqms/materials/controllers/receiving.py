"""The goods entrance on a tablet: scan the order, receive lot after lot, print the labels, send goods away."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.errors import NotFound
from maskqms.labels.actions import may_print, print_labels
from maskqms.labels.queries import was_printed
from maskqms.labels.rendering import Form as LabelForm
from maskqms.materials.actions.door import refuse_goods
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.ordering import PrintLots, ReceiveAtDock, RefuseGoods, ScanOrder
from maskqms.materials.pages.receiving import (
    DeliveryPage,
    PrintLabels,
    RefusePage,
    delivery_page,
    dock_page,
    label_paper,
    line_options,
    next_lot,
)
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.queries.orders import OrderLineRow, awaited_orders, lines_of, order_behind, order_by_code
from maskqms.materials.queries.receipts import label_codes, order_of_lot, receipts, refused_of
from maskqms.materials.typed import dock_receipt, scanned_names
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.scan import read_scan

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]


class DockController(Controller):
    """One task a screen; every lot is in before the next one is scanned, so nothing waits to be lost."""

    path = "/station/receive"

    @get()
    async def home(self) -> Template:
        return render("materials/dock.html", dock_page(await awaited_orders(await today())))

    @post(status_code=303)
    async def find(self, request: Incoming) -> Answer:
        """The order of a scanned order number or delivery note."""
        form = await read_form(request, ScanOrder)
        if form.value is None:
            return render("materials/dock.html", dock_page(await awaited_orders(await today())), status=422)
        text = read_scan(form.value.code).text
        code = await order_behind(text)
        if code is None:
            raise NotFound(text)
        return redirect(f"/station/receive/{code}")

    @get("/{code:str}")
    async def ask(
        self,
        code: FromPath[str],
        actor: NamedDependency[Actor],
        lot: FromQuery[str] = "",
        refused: FromQuery[int] = 0,
    ) -> Template:
        labels = await labels_to_print(lot, actor) if lot else None
        page = await _page(code, lot=lot or None, labels=labels, refused=refused or None)
        return render("materials/delivery.html", page)

    @post("/{code:str}", status_code=303)
    async def receive(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, ReceiveAtDock)
        if form.value is None:
            return render("materials/delivery.html", await _page(code, form=form), status=422)
        given = form.value
        line = await _line(code, given.line)
        receipt, faults = await dock_receipt(given, code, line.unit)
        if receipt is None:
            for name, words in faults.items():
                form.add_error(name, words)
            return render("materials/delivery.html", await _page(code, form=form), status=422)
        supplier, material, delivery = line.supplier_code, line.material_code, receipt

        async def run() -> Received:
            return await receive_lot(supplier=supplier, material=material, receipt=delivery, actor=actor)

        done = await once(given.key, Received, run, tag=Tag.LOT_RECEIVE, actor=actor, subject=delivery.supplier_lot)
        return redirect(f"/station/receive/{code}?lot={done.lot}")

    @get("/{code:str}/refuse")
    async def ask_refusal(self, code: FromPath[str], note: FromQuery[str] = "") -> Template:
        return render("materials/refuse_goods.html", await _refuse_page(code, blank(delivery_note=note or None)))

    @post("/{code:str}/refuse", status_code=303)
    async def send_away(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, RefuseGoods)
        if form.value is None:
            return render("materials/refuse_goods.html", await _refuse_page(code, form), status=422)
        given = form.value

        async def run() -> int:
            return await refuse_goods(
                code,
                line=given.line,
                quantity=given.quantity,
                delivery_note=given.delivery_note.strip(),
                supplier_lot=given.supplier_lot,
                rolls=scanned_names(given.rolls),
                reason=given.reason,
                actor=actor,
            )

        made = await once(given.key, int, run, tag=Tag.GOODS_REFUSE, actor=actor, subject=code)
        return redirect(f"/station/receive/{code}?refused={made}")

    @post("/labels", status_code=200)
    async def print(self, request: Incoming, actor: NamedDependency[Actor]) -> Answer:
        """The labels of lots and all their rolls in the style of their state now: one file, or paper for the page that
        asked."""
        form = await read_form(request, PrintLots)
        if form.value is None:
            raise NotFound("-")
        codes = await label_codes(form.value.lots)
        if request.headers.get("hx-request") == "true":
            pictures = await print_labels(codes, form=LabelForm.PNG, actor=actor)
            return render("materials/_label_paper.html", label_paper(codes, pictures.files))
        printed = await print_labels(codes, form=LabelForm.PDF, actor=actor)
        name = f"{form.value.lots[0]}.pdf".encode("ascii", "replace").decode().replace('"', "")
        return Response(
            printed.files[0],
            media_type=LabelForm.PDF.media_type,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


async def labels_to_print(lot: str, actor: Actor) -> PrintLabels:
    """By themselves once, and only where this person may print."""
    return PrintLabels(lot, at_once=not may_print(actor) and not await was_printed(lot))


async def _line(code: str, number: int) -> OrderLineRow:
    order = await order_by_code(code)
    found = next((one for one in await lines_of(order.id) if one.number == number), None)
    if found is None:
        raise NotFound(f"{code} / {number}")
    return found


async def _page(
    code: str,
    *,
    lot: str | None = None,
    labels: PrintLabels | None = None,
    refused: int | None = None,
    form: Form[Any] | None = None,
) -> DeliveryPage:
    order = await order_by_code(code)
    lines = await lines_of(order.id)
    last = None if lot is None else await lot_by_code(lot)
    rolls = [] if last is None else await rolls_of(last.id)
    line = None if last is None else (await order_of_lot(last.id)).line
    return delivery_page(
        order,
        lines,
        await receipts(zone=str(settings().timezone), order=order.id),
        await refused_of(order.id),
        done=lot,
        labels=labels,
        refused_id=refused,
        form=form or next_lot(lines, last, rolls, line),
    )


async def _refuse_page(code: str, form: Form[Any]) -> RefusePage:
    order = await order_by_code(code)
    return RefusePage(order, line_options(await lines_of(order.id)), form)
