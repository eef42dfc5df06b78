"""Purchase orders: the list, one of them, writing it, placing it, ending it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.accounts.forms import Keyed
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.errors import Reason
from maskqms.materials.actions.orders import (
    add_line,
    cancel_order,
    close_order,
    draft_order,
    place_order,
    remove_line,
)
from maskqms.materials.ordering import AddLine, EndOrder, RemoveLine, WriteOrder
from maskqms.materials.pages.orders import PAGE_SIZE, OrderPage, new_order_page, order_page, orders_page
from maskqms.materials.queries.materials import materials
from maskqms.materials.queries.orders import (
    OrderLineRow,
    OrderRow,
    lines_of,
    order_by_code,
    ordered_facts,
    orders,
)
from maskqms.materials.queries.receipts import receipts, refused_of
from maskqms.materials.queries.suppliers import supplier_by_code, suppliers
from maskqms.materials.rules.orders import NewLine, placing_blockers
from maskqms.materials.states import OrderState
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.pages import redirect, render

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]


class OrderController(Controller):
    path = "/purchase-orders"

    @get("/")
    async def list(
        self,
        actor: NamedDependency[Actor],
        state_code: Annotated[str, QueryParameter(name="state")] = "",
        supplier: FromQuery[str] = "",
        overdue: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        query = {"state": state_code or None, "supplier": supplier or None, "overdue": overdue or None}
        found = await orders(
            day=await today(),
            state=chosen(OrderState, state_code),
            supplier=query["supplier"],
            overdue=overdue == "true",
            page=max(1, page),
            size=PAGE_SIZE,
        )
        shown = orders_page(found, await suppliers(), query, max(1, page), actor)
        return render("materials/orders.html", shown)

    @get("/new")
    async def new(self, supplier: FromQuery[str] = "", material: FromQuery[str] = "") -> Template:
        form = blank(supplier=supplier or None, material=material or None, over_percent="0")
        return render("materials/new_order.html", new_order_page(form, await suppliers(), await materials()))

    @post("/", status_code=303)
    async def write(self, request: Incoming, actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, WriteOrder)
        if form.value is None:
            shown = new_order_page(form, await suppliers(), await materials())
            return render("materials/new_order.html", shown, status=422)
        given = form.value

        async def run() -> str:
            first = (given.material, _line(given))
            return await draft_order(supplier=given.supplier, note=given.note, first=first, actor=actor)

        code = await once(given.key, str, run, tag=Tag.ORDER_DRAFT, actor=actor, subject=given.supplier)
        return redirect(f"/purchase-orders/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/order.html", await _page(code, actor))

    @post("/{code:str}/lines", status_code=303)
    async def add(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, AddLine)
        if form.value is None:
            return render("materials/order.html", await _page(code, actor, form=form), status=422)
        given = form.value

        async def run() -> int:
            return await add_line(code, material=given.material, line=_line(given), actor=actor)

        await once(given.key, int, run, tag=Tag.ORDER_CHANGE, actor=actor, subject=code)
        return redirect(f"/purchase-orders/{code}")

    @post("/{code:str}/remove", status_code=303)
    async def remove(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, RemoveLine)
        if form.value is None:
            return render("materials/order.html", await _page(code, actor), status=422)
        number = form.value.line

        async def run() -> None:
            await remove_line(code, number, actor=actor)

        await once(form.value.key, type(None), run, tag=Tag.ORDER_CHANGE, actor=actor, subject=code)
        return redirect(f"/purchase-orders/{code}")

    @post("/{code:str}/place", status_code=303)
    async def place(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, Keyed)
        if form.value is None:
            return render("materials/order.html", await _page(code, actor), status=422)

        async def run() -> None:
            await place_order(code, actor=actor)

        await once(form.value.key, type(None), run, tag=Tag.ORDER_PLACE, actor=actor, subject=code)
        return redirect(f"/purchase-orders/{code}")

    @post("/{code:str}/close", status_code=303)
    async def close(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        return await _end(request, code, actor, Tag.ORDER_CLOSE, close_order)

    @post("/{code:str}/cancel", status_code=303)
    async def cancel(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        return await _end(request, code, actor, Tag.ORDER_CANCEL, cancel_order)


def _line(given: AddLine) -> NewLine:
    return NewLine(given.quantity, given.due_on, given.over_percent)


async def _end(request: Incoming, code: str, actor: Actor, tag: Tag, ends: Callable[..., Awaitable[None]]) -> Answer:
    form = await read_form(request, EndOrder)
    if form.value is None:
        return render("materials/order.html", await _page(code, actor, end_form=form), status=422)
    reason = form.value.reason or ""

    async def run() -> None:
        await ends(code, reason=reason, actor=actor)

    await once(form.value.key, type(None), run, tag=tag, actor=actor, subject=code)
    return redirect(f"/purchase-orders/{code}")


async def _page(
    code: str, actor: Actor, *, form: Form[Any] | None = None, end_form: Form[Any] | None = None
) -> OrderPage:
    order = await order_by_code(code)
    lines = await lines_of(order.id)
    lots = [] if order.ordered_at is None else await receipts(zone=str(settings().timezone), order=order.id)
    return order_page(
        order,
        lines,
        lots,
        await refused_of(order.id),
        await _standing(order, lines) if order.state is OrderState.DRAFT else [],
        await materials(),
        await today(),
        actor,
        form,
        end_form,
    )


async def _standing(order: OrderRow, lines: list[OrderLineRow]) -> list[Reason]:
    """What would refuse the order if it were placed now."""
    source = await supplier_by_code(order.supplier_code)
    return placing_blockers(order.code, order.state, await ordered_facts(source, lines, await today()))
