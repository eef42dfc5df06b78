"""From a unit of the spine to what its label says.

The label is a picture of the unit now: a lot is shown as qualified only when it may be used at this moment; held,
expired or conditionally released ones are shown as waiting. What the unit does not know about its item (model,
standard, packing) comes from its own snapshot of identifiers first, then from the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.labels.content import BoxLabel, CartonLabel, Label, LotLabel, RollLabel
from maskqms.labels.gs1.elements import Element
from maskqms.labels.gs1.links import digital_link
from maskqms.labels.states import LabelStatus
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import link_to, usable_blockers
from maskqms.trace.states import UnitKind, UnitState

GOODS = frozenset({UnitKind.BOX, UnitKind.CARTON})
NEVER_LABELLED = frozenset({UnitState.REJECTED, UnitState.SCRAPPED})


@dataclass(frozen=True, slots=True)
class Printing:
    """The moment and the addresses of a print: when it is, where the factory is, what leaves it may say."""

    at: datetime
    zone: ZoneInfo
    base_url: str
    public_url: str | None = None

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def last_day(self, moment: datetime | None) -> date | None:
        """The last usable day; the unit holds the first moment that is too late."""
        return None if moment is None else self.day(moment - timedelta(microseconds=1))


def label_of(
    unit: UnitRow, printing: Printing, *, product: Mapping[str, Any] | None = None, link: bool = False
) -> Label:
    """What the unit's label says; `product` fills what its identifiers leave open, `link` asks for a public QR."""
    known = {name: value for name, value in unit.identifiers.items() if value not in (None, "")}
    facts = {**(product or {}), **known}
    match unit.kind:
        case UnitKind.LOT:
            return _lot(unit, facts, printing)
        case UnitKind.ROLL:
            return _roll(unit, facts, printing)
        case UnitKind.BOX:
            return _box(unit, facts, printing)
        case UnitKind.CARTON:
            return _carton(unit, facts, printing, link=link)
    kind = unit.kind.label
    reason = Reason("label.no_kind", _("There is no label for {code}: {kind}", code=unit.code, kind=kind))
    raise Refused(_("The label was not printed"), [reason])


def status_of(unit: UnitRow, at: datetime) -> LabelStatus:
    """Three words only: rejected stays rejected, usable is qualified, everything else waits."""
    if unit.state in (UnitState.REJECTED, UnitState.SCRAPPED):
        return LabelStatus.REJECTED
    return LabelStatus.QUARANTINE if usable_blockers(unit, at) else LabelStatus.QUALIFIED


def goods_blockers(unit: UnitRow, at: datetime) -> list[Reason]:
    """Why no label may be printed for a box or carton now. A label makes goods look fit to leave: what is rejected,
    gone, held or expired gets none. Before the release they are labelled all the same, that is how they are packed."""
    if unit.kind not in GOODS:
        return []
    reasons = []
    if unit.state in NEVER_LABELLED:
        reasons.append(
            Reason(
                "label.not_for_sale",
                _("{code} gets no label any more: {state}.", code=unit.code, state=unit.state.label),
                _("Destroy labels that are still about; goods that stay are packed anew and labelled then."),
                (link_to(unit.code),),
            )
        )
    return reasons + usable_blockers(unit, at, states=frozenset(UnitState))


def _lot(unit: UnitRow, facts: Mapping[str, Any], printing: Printing) -> LotLabel:
    status = status_of(unit, printing.at)
    qualified = status is LabelStatus.QUALIFIED
    return LotLabel(
        code=unit.code,
        status=status,
        item=unit.item,
        item_en=_text(facts, "item_en"),
        material=_text(facts, "material"),
        specification=_text(facts, "specification"),
        supplier=unit.supplier,
        supplier_lot=unit.supplier_lot,
        quantity=unit.quantity,
        unit=unit.unit,
        received_on=_day(facts, "received_on") or printing.day(unit.created_at),
        usable_until=printing.last_day(unit.usable_until),
        storage=_text(facts, "storage"),
        inspection=_text(facts, "inspection"),
        released_by=_text(facts, "released_by") if qualified else None,
        released_on=_day(facts, "released_on") if qualified else None,
    )


def _roll(unit: UnitRow, facts: Mapping[str, Any], printing: Printing) -> RollLabel:
    lot, dash, number = unit.code.rpartition("-")
    return RollLabel(
        code=unit.code,
        status=status_of(unit, printing.at),
        item=unit.item,
        item_en=_text(facts, "item_en"),
        lot=_text(facts, "lot") or (lot if dash else None),
        number=_text(facts, "number") or (number if dash else None),
        quantity=unit.quantity,
        unit=unit.unit,
        kilograms=_number(facts, "kilograms"),
        material=_text(facts, "material"),
        specification=_text(facts, "specification"),
        supplier=unit.supplier,
        supplier_lot=unit.supplier_lot,
        made_on=unit.made_on,
        received_on=_day(facts, "received_on"),
        usable_until=printing.last_day(unit.usable_until),
    )


def _box(unit: UnitRow, facts: Mapping[str, Any], printing: Printing) -> BoxLabel:
    pieces = _count(facts, "pieces") or _whole(unit, "piece")
    return BoxLabel(**_goods(unit, facts, printing), pieces=pieces)


def _carton(unit: UnitRow, facts: Mapping[str, Any], printing: Printing, *, link: bool) -> CartonLabel:
    boxes = _count(facts, "boxes") or _whole(unit, "box")
    pieces = _count(facts, "pieces") or _whole(unit, "piece")
    per_box = _count(facts, "pieces_per_box")
    if pieces is None and boxes and per_box:
        pieces = boxes * per_box
    if boxes is None and pieces and per_box and pieces % per_box == 0:
        boxes = pieces // per_box
    return CartonLabel(
        **_goods(unit, facts, printing),
        pieces=pieces,
        boxes=boxes,
        sscc=_text(facts, "sscc"),
        gross_kilograms=_number(facts, "gross_kilograms"),
        size=_text(facts, "size"),
        link=_public_link(facts, printing) if link else None,
    )


def _goods(unit: UnitRow, facts: Mapping[str, Any], printing: Printing) -> dict[str, Any]:
    """What box and carton say alike."""
    return {
        "product": _text(facts, "product_name") or unit.item,
        "product_en": _text(facts, "product_en"),
        "model": _text(facts, "model"),
        "standard": _text(facts, "standard"),
        "batch": _text(facts, "batch"),
        "made_on": unit.made_on,
        "expires_on": _day(facts, "expires_on") or printing.last_day(unit.usable_until),
        "gtin": _text(facts, "gtin"),
        "serial": _text(facts, "serial"),
        "registration": _text(facts, "registration"),
        "licence": _text(facts, "licence"),
        "maker": _text(facts, "maker"),
        "sterile": _text(facts, "sterile"),
        "storage": _text(facts, "storage"),
        "single_use": facts.get("single_use") is True,
    }


def _public_link(facts: Mapping[str, Any], printing: Printing) -> str:
    """A QR on goods is read for years: it is printed only with the factory's published address."""
    if printing.public_url is None:
        text = _("No public address is set for codes that leave the factory")
        remedy = _("Set MASKQMS_PUBLIC_URL to the address that the codes shall carry for years.")
        raise Refused(_("The label was not printed"), [Reason("label.no_public_url", text, remedy)])
    said = (("01", _text(facts, "gtin")), ("10", _text(facts, "batch")), ("21", _text(facts, "serial")))
    elements = [Element(ai, value.zfill(14) if ai == "01" else value) for ai, value in said if value]
    return digital_link(elements, printing.public_url)


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)


def _day(facts: Mapping[str, Any], name: str) -> date | None:
    value = facts.get(name)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _number(facts: Mapping[str, Any], name: str) -> Decimal | None:
    value = facts.get(name)
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _count(facts: Mapping[str, Any], name: str) -> int | None:
    number = _number(facts, name)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _whole(unit: UnitRow, measure: str) -> int | None:
    """The unit's own quantity, where it is counted in that measure."""
    whole = unit.unit == measure and unit.quantity == unit.quantity.to_integral_value()
    return int(unit.quantity) if whole else None
