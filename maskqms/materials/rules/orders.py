"""Why an order cannot be placed, why goods do not fit an order: every reason, not the first (R42, R45, R47, S15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.materials.rules.sourcing import OrderFacts, order_blockers
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import AWAITED, Category, Measure, OrderState

MOST_OVER = Decimal(50)
"""A limit of more percent than this is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as somebody wants to order it."""

    quantity: Decimal
    due_on: date
    over_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of an order with what came of it so far."""

    order: str
    number: int
    state: OrderState
    closed_by_hand: bool
    supplier_code: str
    material_code: str
    unit: Measure
    quantity: Decimal
    over_percent: Decimal
    delivered: Decimal
    due_on: date

    @property
    def missing(self) -> Decimal:
        return max(self.quantity - self.delivered, Decimal(0))

    @property
    def most(self) -> Decimal:
        """All that may come on this line, and no more; pieces are whole."""
        limit = self.quantity * (100 + self.over_percent) / 100
        return limit.to_integral_value(ROUND_FLOOR) if self.unit is Measure.PIECE else limit


@dataclass(frozen=True, slots=True)
class OrderedFacts:
    """A line about to be ordered: the supplier and the material on the day, and what the line asks for."""

    facts: OrderFacts
    has_specification: bool
    due_on: date


def order_link(code: str) -> Link:
    return Link(code, f"/purchase-orders/{code}")


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def is_key(category: Category) -> bool:
    """A key material is one that may not be bought, received or released on the supplier's word alone (R47)."""
    return category in KEY_TESTS


def new_line_blockers(line: NewLine, unit: Measure, day: date) -> list[Reason]:
    """What is wrong with a line as it was typed."""
    reasons = []
    if not line.quantity.is_finite() or line.quantity <= 0:
        reasons.append(Reason("order.quantity", _("The quantity must be more than nothing.")))
    elif unit is Measure.PIECE and line.quantity != line.quantity.to_integral_value():
        reasons.append(Reason("order.quantity", _("Pieces are counted whole.")))
    if line.due_on < day:
        text = _("It would be due on {day}, in the past.", day=line.due_on)
        reasons.append(Reason("order.due", text, _("Give the day that is agreed with the supplier.")))
    if not line.over_percent.is_finite() or not 0 <= line.over_percent <= MOST_OVER:
        text = _("The limit of over-delivery lies between 0 and {most} %.", most=_plain(MOST_OVER))
        reasons.append(Reason("order.over_percent", text))
    return reasons


def draft_blockers(code: str, state: OrderState) -> list[Reason]:
    """Lines change only in a draft."""
    if state is OrderState.DRAFT:
        return []
    text = _("{code} is no draft any more: {state}.", code=code, state=state.label)
    return [Reason("order.not_draft", text, _("Write another order for what is still needed."), (order_link(code),))]


def line_blockers(line: OrderedFacts) -> list[Reason]:
    """Why this material cannot be ordered of this supplier that day."""
    material, day = line.facts.material_code, line.facts.day
    reasons = order_blockers(line.facts)
    if not line.has_specification:
        text = _("No specification of {material} is in force.", material=material)
        path = (Link(material, f"/materials/{material}"),)
        reasons.append(Reason("specification.missing", text, _("Quality puts one in force first."), path))
    if line.due_on < day:
        text = _("{material} was due on {day}, which is over.", material=material, day=line.due_on)
        reasons.append(Reason("order.due", text, _("Take the line away and write it again with a new day.")))
    return reasons


def placing_blockers(code: str, state: OrderState, lines: Sequence[OrderedFacts]) -> list[Reason]:
    """Why the order cannot be placed that day; what two lines have in common is said once."""
    reasons = draft_blockers(code, state)
    if not lines:
        reasons.append(Reason("order.empty", _("{code} has no line.", code=code), _("Add what is to be bought.")))
    for line in lines:
        reasons += line_blockers(line)
    return list({(reason.code, str(reason.text)): reason for reason in reasons}.values())


def open_blockers(line: LineFacts) -> list[Reason]:
    """Goods come only on an order that waits for them, or that closed itself when the last of it came."""
    if line.state in AWAITED or (line.state is OrderState.CLOSED and not line.closed_by_hand):
        return []
    text = _("Nothing is awaited on {code}: {state}.", code=line.order, state=line.state.label)
    return [Reason("order.not_open", text, _("Receive it on another order, or refuse it."), (order_link(line.order),))]


def receipt_order_blockers(
    line: LineFacts | None,
    *,
    named: str | None,
    supplier_code: str,
    material_code: str,
    category: Category,
    quantity: Decimal,
    no_order_reason: str | None,
) -> list[Reason]:
    """Why these goods do not fit what was ordered. A key material never comes without an order."""
    if line is None and named is not None:
        text = _("{code} has no line for {material}.", code=named, material=material_code)
        return [Reason("order.line", text, _("Look at the label and the order again."), (order_link(named),))]
    if line is None and is_key(category):
        text = _("{material} is a key material and was not ordered of this supplier.", material=material_code)
        return [Reason("order.required", text, _("Whoever buys places the order; until then the goods stay outside."))]
    if line is None:
        if (no_order_reason or "").strip():
            return []
        text = _("No open order of this supplier names {material}.", material=material_code)
        return [Reason("order.reason", text, _("Place an order, or say why it comes without one."))]
    if line.supplier_code != supplier_code:
        text = _("{code} is an order of another supplier, {supplier}.", code=line.order, supplier=line.supplier_code)
        return [Reason("order.supplier", text, _("Look at the label and the order again."), (order_link(line.order),))]
    return open_blockers(line) + over_blockers(line, quantity)


def over_blockers(line: LineFacts, quantity: Decimal) -> list[Reason]:
    """More than the line's limit is not taken in."""
    if not quantity.is_finite() or line.delivered + quantity <= line.most:
        return []
    text = _(
        "{quantity} {unit} are more than line {line} of {code} allows: {room} {unit} may still come"
        " (ordered {ordered}, limit of over-delivery {percent} %, came {came}).",
        quantity=_plain(quantity), unit=line.unit.label, line=line.number, code=line.order,
        room=_plain(max(line.most - line.delivered, Decimal(0))), ordered=_plain(line.quantity),
        percent=_plain(line.over_percent), came=_plain(line.delivered),
    )  # fmt: skip
    remedy = _("Take in what was ordered and refuse the rest at the door.")
    return [Reason("order.over", text, remedy, (order_link(line.order),))]


def state_after(lines: Sequence[LineFacts]) -> OrderState:
    """The state of an order after goods came: closed when nothing is missing any more."""
    return OrderState.PART_DELIVERED if any(line.missing > 0 for line in lines) else OrderState.CLOSED


def ending_blockers(code: str, state: OrderState, wanted: OrderState) -> list[Reason]:
    """Who ends an order by hand: before anything came it is cancelled, after that it is closed short."""
    fits = {OrderState.CLOSED: (OrderState.PLACED, OrderState.PART_DELIVERED),
            OrderState.CANCELLED: (OrderState.DRAFT, OrderState.PLACED)}[wanted]  # fmt: skip
    if state in fits:
        return []
    text = _("{code} is {state} and cannot become {wanted}.", code=code, state=state.label, wanted=wanted.label)
    remedy = {
        OrderState.PART_DELIVERED: _("Close it instead: part of it came."),
        OrderState.DRAFT: _("Cancel it instead: it was never placed."),
    }.get(state)
    return [Reason("order.state", text, remedy, (order_link(code),))]


def door_blockers(line: LineFacts, quantity: Decimal, reason: str) -> list[Reason]:
    """Goods sent away: how much, and why, in words."""
    reasons = open_blockers(line)
    if not quantity.is_finite() or quantity <= 0:
        reasons.append(Reason("lot.quantity", _("The quantity must be more than nothing.")))
    elif line.unit is Measure.PIECE and quantity != quantity.to_integral_value():
        reasons.append(Reason("lot.quantity", _("Pieces are counted whole.")))
    if len(reason.strip()) < 2:
        text = _("Say what is wrong with the goods that are sent away.")
        reasons.append(Reason("reason.missing", text))
    return reasons
