"""Where everything stands: paper sizes, the place and size of each symbol, and the words a template gets.

Symbols are placed by number here, on whole dots, and the templates leave those places free; so the vector of a PDF and
the dots of a thermal printer come from one description.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from maskqms.db.clock import local
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.labels.content import BoxLabel, CartonLabel, Label, LotLabel, PlaceLabel, RollLabel, SampleLabel
from maskqms.labels.states import LabelStatus
from maskqms.labels.symbols import Dpi, Drawing, Fit, Symbol, code_128, drawn, gs1_128, gs1_datamatrix, qr
from maskqms.labels.typesetting import measured

SINGLE_USE = "一次性使用 Single use"
PAPER: dict[str, tuple[int, int]] = {
    "lot": (100, 70),
    "roll": (100, 70),
    "sample": (70, 40),
    "box": (80, 50),
    "carton": (100, 150),
    "place": (100, 70),
}


@dataclass(frozen=True, slots=True)
class Place:
    """The top left corner of a symbol's quiet zone, which is centred in the width of its room."""

    x: float
    y: float
    fit: Fit
    hri: float = 8.0  # points of the line under bars


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing with its corner in whole dots."""

    drawing: Drawing
    x: int
    y: int
    hri: float

    def hri_in_mm(self) -> dict[str, Any]:
        """The readable line under bars; a matrix has its lines where the template wants them."""
        per_mm = self.drawing.dpi.dots_per_mm
        return {
            "text": self.drawing.symbol.text,
            "x": self.x / per_mm,
            "y": (self.y + self.drawing.height) / per_mm,
            "w": self.drawing.width / per_mm,
            "size": self.hri,
        }

    def in_mm(self) -> dict[str, Any]:
        per_mm = self.drawing.dpi.dots_per_mm
        return {
            "svg": self.drawing.svg(),
            "x": self.x / per_mm,
            "y": self.y / per_mm,
            "w": self.drawing.width / per_mm,
            "h": self.drawing.height / per_mm,
        }


# Table 6 of the GS1 General Specifications (regulated healthcare) for GTIN symbols, logistic sizes for the SSCC.
_QR = Place(74, 3, Fit(0.5, 0.25, 23))
_OWN_CODE = Place(3, 55, Fit(0.375, 0.25, 94, 8.5))
_SAMPLE_QR = Place(46, 2, Fit(0.5, 0.25, 22))
_SAMPLE_CODE = Place(2, 27.5, Fit(0.25, 0.17, 66, 7))
_BOX_MATRIX = Place(58, 10, Fit(0.5, 0.25, 15))
_CARTON_MATRIX = Place(78, 23, Fit(0.5, 0.25, 15))
_CARTON_LINK = Place(77.5, 50.5, Fit(0.375, 0.25, 16))
_CARTON_BARS = Place(3, 79.5, Fit(0.375, 0.17, 94, 13))
_CARTON_SSCC = Place(3, 107, Fit(0.5, 0.495, 94, 32), hri=12)


def scan_address(code: str, base: str) -> str:
    """`<base>/c/<code>`: opens the record, whatever it is."""
    return f"{base.rstrip('/')}/c/{quote(code, safe='')}"


def symbols(label: Label, base: str) -> list[tuple[Symbol, Place]]:
    """The symbols of a label that was judged, with all its carriers, and where they go."""
    match label:
        case LotLabel() | RollLabel() | PlaceLabel():
            code = str(label.code)
            return [(qr(scan_address(code, base)), _QR), (code_128(code), _OWN_CODE)]
        case SampleLabel():
            code = str(label.code)
            return [(qr(scan_address(code, base)), _SAMPLE_QR), (code_128(code), _SAMPLE_CODE)]
        case BoxLabel():
            return [(gs1_datamatrix(label.elements()), _BOX_MATRIX)]
        case CartonLabel():
            found = [
                (gs1_datamatrix(label.elements()), _CARTON_MATRIX),
                (gs1_128(label.lot_elements()), _CARTON_BARS),
                (gs1_128(label.sscc_elements()), _CARTON_SSCC),
            ]
            return [*found, (qr(label.link), _CARTON_LINK)] if label.link else found


def placed(label: Label, dpi: Dpi, base: str) -> list[Placed]:
    """Every symbol in whole dots; all that do not fit are reported together."""
    found = []
    reasons: list[Reason] = []
    for symbol, place in symbols(label, base):
        try:
            drawing = drawn(symbol, place.fit, dpi)
        except Refused as refused:
            reasons += refused.reasons
            continue
        x = round(place.x * dpi.dots_per_mm) + (int(place.fit.room * dpi.dots_per_mm) - drawing.width) // 2
        found.append(Placed(drawing, x, round(place.y * dpi.dots_per_mm), place.hri))
    refuse(_("The label was not printed"), reasons)
    return found


def words(label: Label) -> dict[str, Any]:
    """The label's facts as the template prints them, measured; a fact the record does not have is null."""
    facts = {name: _printed(getattr(label, name)) for name in label.__dataclass_fields__}
    match label:
        case LotLabel():
            facts["amount"] = f"{facts['quantity']} {facts['unit']}"
            released = _joined(facts["released_by"], facts["released_on"])
            qualified = label.status is LabelStatus.QUALIFIED
            facts["released"] = f"放行 Released  {released}" if qualified and released else None
        case RollLabel():
            facts["amount"] = f"{facts['quantity']} {facts['unit']}"
            facts["weight"] = facts["kilograms"] and f"{facts['kilograms']} kg"
        case SampleLabel():
            facts["amount"] = f"{facts['quantity']} {facts['unit']}"
            facts["taken"] = _joined(facts["taken_by"], facts["taken_on"])
        case BoxLabel():
            facts["amount"] = f"{facts['pieces']} 只 pcs"
            facts["care"] = _care(label)
        case CartonLabel():
            facts["amount"] = f"{facts['boxes']} 盒 boxes / {facts['pieces']} 只 pcs"
            weight = facts["gross_kilograms"] and f"{facts['gross_kilograms']} kg"
            facts["weight_and_size"] = _joined(weight, facts["size"])
            facts["care"] = _care(label)
    said: dict[str, Any] = {name: measured(fact) for name, fact in facts.items()}
    if isinstance(label, LotLabel | RollLabel):
        said["status"] = str(label.status)
    elif isinstance(label, BoxLabel | CartonLabel):
        said["hri"] = [measured(element.hri) for element in label.elements()]
    return said


def _care(label: BoxLabel | CartonLabel) -> str | None:
    return _joined(label.sterile, label.storage, SINGLE_USE if label.single_use else None)


def printed_facts(label: Label) -> dict[str, str]:
    """What the label says, fact by fact, as it is kept with the print."""
    facts = {name: _printed(getattr(label, name)) for name in label.__dataclass_fields__}
    return {name: fact for name, fact in facts.items() if fact is not None}


def _joined(*facts: str | None) -> str | None:
    return "  ".join(fact for fact in facts if fact) or None


def _printed(value: object) -> str | None:
    match value:
        case None:
            return None
        case datetime():
            return local(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return _number(value)
        case _:
            return str(value).strip() or None


def _number(value: Decimal) -> str:
    """Plain digits without trailing zeros: 1200, 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
