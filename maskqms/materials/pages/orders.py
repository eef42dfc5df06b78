"""The pages of purchase orders: the list, one of them with what came of it, and writing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.materials.actions.orders import BUYERS
from maskqms.materials.pages.receive import material_options
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.orders import OrderLineRow, OrderList, OrderRow
from maskqms.materials.queries.receipts import ReceiptRow, RefusedRow
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.materials.states import AWAITED, OrderState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging
from maskqms.workflow import Tone

PAGE_SIZE = 50


def supplier_options(rows: Sequence[SupplierRow]) -> list[Option]:
    return [Option(row.code, f"{row.code} {row.name}") for row in rows]


@dataclass(frozen=True, slots=True)
class OrdersPage:
    found: OrderList
    paging: Paging
    form: Form[Any]
    states: Sequence[Option]
    suppliers: Sequence[Option]
    may_order: bool


def orders_page(
    found: OrderList, suppliers: Sequence[SupplierRow], query: dict[str, str | None], page: int, actor: Actor
) -> OrdersPage:
    return OrdersPage(
        found=found,
        paging=Paging(page, PAGE_SIZE, found.total, "/purchase-orders", query),
        form=blank(**query),
        states=[Option(state.value, state.label) for state in OrderState],
        suppliers=supplier_options(suppliers),
        may_order=actor.has(*BUYERS),
    )


@dataclass(frozen=True, slots=True)
class NewOrderPage:
    form: Form[Any]
    suppliers: Sequence[Option]
    materials: Sequence[Option]


def new_order_page(form: Form[Any], suppliers: Sequence[SupplierRow], materials: Sequence[MaterialRow]) -> NewOrderPage:
    return NewOrderPage(form, supplier_options(suppliers), material_options(materials))


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with its lines, what came and what was sent away."""

    order: OrderRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    lines: Sequence[OrderLineRow]
    lots: Sequence[ReceiptRow]
    refused: Sequence[RefusedRow]
    standing: Sequence[Reason]
    today: date
    may_change: bool
    may_place: bool
    may_close: bool
    may_cancel: bool
    may_receive: bool
    materials: Sequence[Option]
    form: Form[Any]
    end_form: Form[Any]


def order_page(
    order: OrderRow,
    lines: Sequence[OrderLineRow],
    lots: Sequence[ReceiptRow],
    refused: Sequence[RefusedRow],
    standing: Sequence[Reason],
    materials: Sequence[MaterialRow],
    today: date,
    actor: Actor,
    form: Form[Any] | None = None,
    end_form: Form[Any] | None = None,
) -> OrderPage:
    buyer = actor.has(*BUYERS)
    words, tone = _band(order, lines, today)
    return OrderPage(
        order=order,
        facts=(
            Fact(_("Supplier"), order.supplier_name, f"/suppliers/{order.supplier_code}"),
            Fact(_("Written by"), order.drafted_name),
            Fact(_("Ordered by"), order.ordered_name),
            Fact(_("Ordered on"), order.ordered_at),
        ),
        band=words,
        tone=tone,
        lines=lines,
        lots=lots,
        refused=refused,
        standing=standing,
        today=today,
        may_change=buyer and order.state is OrderState.DRAFT,
        may_place=buyer and order.state is OrderState.DRAFT and not standing,
        may_close=buyer and order.state in AWAITED,
        may_cancel=buyer and order.state in (OrderState.DRAFT, OrderState.PLACED),
        may_receive=order.state in AWAITED and actor.has(Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY),
        materials=material_options(materials),
        form=form or blank(over_percent="0"),
        end_form=end_form or blank(),
    )


def _band(order: OrderRow, lines: Sequence[OrderLineRow], today: date) -> tuple[Text, Tone]:
    """What stands between the order and its end, in one sentence."""
    if order.state is OrderState.DRAFT:
        return _("A draft binds nobody. Goods come only on an order that was placed."), Tone.WAIT
    if order.state is OrderState.CANCELLED:
        return _("Cancelled: {reason}", reason=order.ended_reason or ""), Tone.NEUTRAL
    if order.state is OrderState.CLOSED and order.ended_reason:
        return _("Closed before everything came: {reason}", reason=order.ended_reason), Tone.NEUTRAL
    awaited = [line.due_on for line in lines if line.missing > 0]
    if order.state is OrderState.CLOSED or not awaited:
        return _("Everything that was ordered came."), Tone.OK
    if min(awaited) < today:
        return _("Overdue since {day}.", day=min(awaited)), Tone.STOP
    return _("The next goods are due on {day}.", day=min(awaited)), Tone.WAIT
