"""What a label says, before it is drawn: one frozen record per kind of label, complete or refused.

A label never shows what the record does not have: a missing fact that the label needs is a refusal that names every
missing fact at once; a fact that is optional leaves its line out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.labels.fields import BOX_ROOM, CARTON_ROOM, FIELD_NAMES, ROOM, USUAL_ROOM
from maskqms.labels.gs1 import dates
from maskqms.labels.gs1.elements import Element, value_blockers
from maskqms.labels.gs1.keys import gtin_blockers
from maskqms.labels.gs1.pairing import Carrier, blockers
from maskqms.labels.states import LabelStatus
from maskqms.labels.typesetting import ems


class Content:
    """What the four kinds share: asking what is missing, and what else forbids printing."""

    kind: ClassVar[str]
    required: ClassVar[tuple[str, ...]]
    room: ClassVar[Mapping[str, float]] = ROOM

    def carriers(self) -> tuple[Carrier, ...]:
        """The GS1 data of every symbol on the label; none on labels that stay inside the factory."""
        return ()

    def blockers(self) -> list[Reason]:
        """Every reason not to print, together."""
        missing = list(self._missing())
        # With a fact missing, the values that are there are judged, but not what would have to stand beside them.
        carriers = self.carriers()
        said = dict.fromkeys(element for carrier in carriers for element in carrier)
        values = [reason for element in said for reason in value_blockers(element)] if missing else []
        marked = values if missing else blockers(*carriers)
        return [*missing, *self._too_long(), *self.contradictions(), *marked]

    def contradictions(self) -> Iterable[Reason]:
        return ()

    def _missing(self) -> Iterable[Reason]:
        for name in self.required:
            value = getattr(self, name)
            if value is None or (isinstance(value, str) and not value.strip()):
                field = FIELD_NAMES[name]
                text = _("{field} is missing", field=field)
                yield Reason(f"label.{name}_missing", text, _("Complete the record first."))

    def _too_long(self) -> Iterable[Reason]:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            name = FIELD_NAMES[field.name]
            room = self.room.get(field.name, USUAL_ROOM)
            if isinstance(value, str) and ems(value) > room:
                text = _("{field} is too long to be read on the label: {value}", field=name, value=value)
                remedy = _("Shorten it to {n} Chinese characters or about twice as many Latin letters.", n=int(room))
                yield Reason(f"label.{field.name}_too_long", text, remedy)
            if isinstance(value, Decimal | int) and not isinstance(value, bool) and value <= 0:
                text = _("{field} is not above zero: {value}", field=name, value=f"{value:f}")
                yield Reason(f"label.{field.name}_not_positive", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotLabel(Content):
    """A lot of material on its pallet or drum."""

    kind: ClassVar[str] = "lot"
    required: ClassVar[tuple[str, ...]] = (
        "code",
        "status",
        "item",
        "supplier",
        "supplier_lot",
        "quantity",
        "unit",
        "received_on",
    )

    code: str | None
    status: LabelStatus | None
    item: str | None
    quantity: Decimal | None
    unit: str | None
    supplier: str | None
    supplier_lot: str | None
    received_on: date | None
    item_en: str | None = None
    material: str | None = None
    specification: str | None = None
    usable_until: date | None = None
    storage: str | None = None
    inspection: str | None = None
    released_by: str | None = None
    released_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLabel(Content):
    """One roll of a lot, at the machine."""

    kind: ClassVar[str] = "roll"
    required: ClassVar[tuple[str, ...]] = ("code", "status", "item", "lot", "quantity", "unit")

    code: str | None
    status: LabelStatus | None
    item: str | None
    lot: str | None
    quantity: Decimal | None
    unit: str | None
    supplier_lot: str | None = None
    item_en: str | None = None
    number: str | None = None
    kilograms: Decimal | None = None
    material: str | None = None
    specification: str | None = None
    supplier: str | None = None
    made_on: date | None = None
    received_on: date | None = None
    usable_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLabel(Content):
    """A sample on its way through the lab; it says nothing of whether the goods may be used."""

    kind: ClassVar[str] = "sample"
    required: ClassVar[tuple[str, ...]] = (
        "code",
        "item",
        "of",
        "inspection",
        "quantity",
        "unit",
        "taken_by",
        "taken_on",
    )

    code: str | None
    item: str | None
    of: str | None
    inspection: str | None
    quantity: Decimal | None
    unit: str | None
    taken_by: str | None
    taken_on: datetime | None
    container: str | None = None
    storage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxLabel(Content):
    """The smallest sales unit: its UDI in a GS1 DataMatrix, and what a buyer must be able to read."""

    kind: ClassVar[str] = "box"
    required: ClassVar[tuple[str, ...]] = (
        "product",
        "model",
        "standard",
        "batch",
        "made_on",
        "expires_on",
        "pieces",
        "gtin",
        "serial",
    )
    room: ClassVar[Mapping[str, float]] = BOX_ROOM

    product: str | None
    model: str | None
    standard: str | None
    batch: str | None
    made_on: date | None
    expires_on: date | None
    pieces: int | None
    gtin: str | None
    serial: str | None
    product_en: str | None = None
    registration: str | None = None
    licence: str | None = None
    maker: str | None = None
    sterile: str | None = None
    storage: str | None = None
    single_use: bool = False

    def elements(self) -> tuple[Element, ...]:
        """(01) (17) (10) (21): what identifies this one unit."""
        return _elements(self.gtin, self.expires_on, self.batch, self.serial)

    def carriers(self) -> tuple[Carrier, ...]:
        return (self.elements(),)

    def contradictions(self) -> Iterable[Reason]:
        return _item_contradictions(self.gtin, self.made_on, self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonLabel(Content):
    """A carton that is sold as such and shipped as a logistic unit: UDI, lot and SSCC."""

    kind: ClassVar[str] = "carton"
    required: ClassVar[tuple[str, ...]] = (
        "product",
        "model",
        "standard",
        "batch",
        "made_on",
        "expires_on",
        "boxes",
        "pieces",
        "gtin",
        "serial",
        "sscc",
    )
    room: ClassVar[Mapping[str, float]] = CARTON_ROOM

    product: str | None
    model: str | None
    standard: str | None
    batch: str | None
    made_on: date | None
    expires_on: date | None
    boxes: int | None
    pieces: int | None
    gtin: str | None
    serial: str | None
    sscc: str | None
    product_en: str | None = None
    gross_kilograms: Decimal | None = None
    size: str | None = None
    registration: str | None = None
    licence: str | None = None
    maker: str | None = None
    sterile: str | None = None
    storage: str | None = None
    single_use: bool = False
    link: str | None = None

    def elements(self) -> tuple[Element, ...]:
        """(01) (17) (10) (21) for the matrix; the bars say the same without the serial."""
        return _elements(self.gtin, self.expires_on, self.batch, self.serial)

    def lot_elements(self) -> tuple[Element, ...]:
        return _elements(self.gtin, self.expires_on, self.batch, None)

    def sscc_elements(self) -> tuple[Element, ...]:
        return (Element("00", self.sscc),) if self.sscc else ()

    def carriers(self) -> tuple[Carrier, ...]:
        return (self.elements(), self.lot_elements(), self.sscc_elements())

    def contradictions(self) -> Iterable[Reason]:
        return _item_contradictions(self.gtin, self.made_on, self.expires_on)


def _elements(gtin: str | None, expires_on: date | None, batch: str | None, serial: str | None) -> tuple[Element, ...]:
    said = (
        ("01", gtin and gtin.zfill(14)),
        ("17", expires_on and dates.written(expires_on)),
        ("10", batch),
        ("21", serial),
    )
    return tuple(Element(ai, value) for ai, value in said if value)


def _item_contradictions(gtin: str | None, made_on: date | None, expires_on: date | None) -> Iterable[Reason]:
    if gtin:
        # The check digit is judged with the other elements; padding must not make a key out of a fragment.
        yield from (reason for reason in gtin_blockers(gtin) if reason.code == "gtin.length")
    if made_on and expires_on and expires_on <= made_on:
        text = _("It would expire on {expires}, made on {made}", expires=expires_on, made=made_on)
        yield Reason("label.expires_before_made", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLabel(Content):
    """A place in the warehouse: scanned to put something there."""

    kind: ClassVar[str] = "place"
    required: ClassVar[tuple[str, ...]] = ("code", "item", "purpose")

    code: str | None
    item: str | None
    purpose: str | None
    item_en: str | None = None


Label = LotLabel | RollLabel | SampleLabel | BoxLabel | CartonLabel | PlaceLabel
