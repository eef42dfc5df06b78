"""Why nothing is ordered, or no goods fit the order, in the words that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.materials.rules import orders
from maskqms.materials.rules.orders import LineFacts, NewLine, OrderedFacts
from maskqms.materials.states import Category, Measure, OrderState
from tests.materials.test_sourcing_rules import ORDER
from tests.refusals import DAY, Row, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
LINE = LineFacts(
    order="PO-001",
    number=2,
    state=OrderState.PLACED,
    closed_by_hand=False,
    supplier_code="S001",
    material_code="M-MB-25",
    unit=Measure.METRE,
    quantity=Decimal(1000),
    over_percent=Decimal(5),
    delivered=Decimal(800),
    due_on=AFTER,
)
ASKED = OrderedFacts(ORDER, has_specification=True, due_on=AFTER)


def of_order(line: LineFacts | None, quantity: int = 100, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"named": None, "supplier_code": "S001", "material_code": "M-MB-25"}
    given |= {"category": Category.EAR_LOOP, "no_order_reason": None}
    return orders.receipt_order_blockers(line, quantity=Decimal(quantity), **{**given, **facts})


def line(unit: Measure = Measure.METRE, **facts: Any) -> list[Reason]:
    return orders.new_line_blockers(NewLine(**{"quantity": Decimal(100), "due_on": AFTER, **facts}), unit, DAY)


def placed(*lines: OrderedFacts, state: OrderState = OrderState.DRAFT) -> list[Reason]:
    return orders.placing_blockers("PO-001", state, lines)


ROWS = (
    Row(
        "order.quantity", lambda: line(quantity=Decimal(0)), "数量须大于零。", "The quantity must be more than nothing."
    ),
    Row(
        "order.quantity",
        lambda: line(Measure.PIECE, quantity=Decimal("9.5")),
        "件数须为整数。",
        "Pieces are counted whole.",
    ),
    Row(
        "order.due",
        lambda: line(due_on=BEFORE),
        "交货日期 2026-11-20 已经过去。 → 请填写与供应商约定的交货日期。",
        "It would be due on 2026-11-20, in the past. → Give the day that is agreed with the supplier.",
    ),
    Row(
        "order.over_percent",
        lambda: line(over_percent=Decimal(51)),
        "超交上限应在 0 到 50 % 之间。",
        "The limit of over-delivery lies between 0 and 50 %.",
    ),
    Row(
        "order.not_draft",
        lambda: placed(ASKED, state=OrderState.PLACED),
        "PO-001 已不是草稿：已下单。 → 仍需要的货物请另起草一张订单。",
        "PO-001 is no draft any more: Ordered. → Write another order for what is still needed.",
    ),
    Row(
        "order.empty",
        lambda: placed(),
        "PO-001 没有订单行。 → 请添加要采购的物料。",
        "PO-001 has no line. → Add what is to be bought.",
    ),
    Row(
        "order.due",
        lambda: placed(replace(ASKED, due_on=BEFORE)),
        "M-1 的交货日期 2026-11-20 已经过去。 → 请移除该行，用新的日期重新添加。",
        "M-1 was due on 2026-11-20, which is over. → Take the line away and write it again with a new day.",
    ),
    Row(
        "order.not_open",
        lambda: of_order(replace(LINE, state=OrderState.CANCELLED)),
        "PO-001 不再等待到货：已取消。 → 请按其他订单收货，或拒收。",
        "Nothing is awaited on PO-001: Cancelled. → Receive it on another order, or refuse it.",
    ),
    Row(
        "order.line",
        lambda: of_order(None, named="PO-001"),
        "PO-001 没有订购 M-MB-25。 → 请再核对货物标签和订单。",
        "PO-001 has no line for M-MB-25. → Look at the label and the order again.",
    ),
    Row(
        "order.required",
        lambda: of_order(None, category=Category.MELTBLOWN, no_order_reason="急用"),
        "M-MB-25 是关键物料，没有向此供应商下过单。 → 请采购人员先下单；下单前货物不得入库。",
        (
            "M-MB-25 is a key material and was not ordered of this supplier. → Whoever buys places the order; "
            "until then the goods stay outside."
        ),
    ),
    Row(
        "order.reason",
        lambda: of_order(None),
        "此供应商没有待到货的订单包含 M-MB-25。 → 请先下单，或写明无订单收货的原因。",
        "No open order of this supplier names M-MB-25. → Place an order, or say why it comes without one.",
    ),
    Row(
        "order.supplier",
        lambda: of_order(replace(LINE, supplier_code="S002")),
        "PO-001 是另一家供应商 S002 的订单。 → 请再核对货物标签和订单。",
        "PO-001 is an order of another supplier, S002. → Look at the label and the order again.",
    ),
    Row(
        "order.over",
        lambda: of_order(LINE, 251),
        (
            "251 m 超出 PO-001 第 2 行的允许量：最多还可收 250 m（订购 1000，超交上限 5 %，已到 800）。 → 请按订"
            "购量收货，多出部分在门口拒收。"
        ),
        (
            "251 m are more than line 2 of PO-001 allows: 250 m may still come (ordered 1000, limit of "
            "over-delivery 5 %, came 800). → Take in what was ordered and refuse the rest at the door."
        ),
    ),
    Row(
        "order.state",
        lambda: orders.ending_blockers("PO-001", OrderState.DRAFT, OrderState.CLOSED),
        "PO-001 现为草稿，不能变为关闭。 → 尚未下单，请改为取消订单。",
        "PO-001 is Draft and cannot become Closed. → Cancel it instead: it was never placed.",
    ),
    Row(
        "order.state",
        lambda: orders.ending_blockers("PO-001", OrderState.PART_DELIVERED, OrderState.CANCELLED),
        "PO-001 现为部分到货，不能变为已取消。 → 已有部分到货，请改为关闭订单。",
        "PO-001 is Part delivered and cannot become Cancelled. → Close it instead: part of it came.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_an_order_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
