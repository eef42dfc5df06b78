"""What the pages of purchase orders and of the goods entrance send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from litestar.datastructures import UploadFile
from pydantic import Field

from maskqms.materials.forms import MOST_CERTIFICATES
from maskqms.web.forms import ClientKey, FormModel


class AddLine(FormModel):
    """A material of an order."""

    material: str
    quantity: Decimal = Field(max_digits=14, decimal_places=4)
    due_on: date
    over_percent: Decimal = Field(default=Decimal(0), max_digits=5, decimal_places=2)
    key: ClientKey


class WriteOrder(AddLine):
    """An order with its first line."""

    supplier: str
    note: str | None = Field(default=None, max_length=1000)


class RemoveLine(FormModel):
    line: int
    key: ClientKey


class EndOrder(FormModel):
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey


class ReceiveAtDock(FormModel):
    """A lot of a delivery, scanned at the door; the sum comes from the rolls where there are any."""

    line: int
    delivery_note: str = Field(max_length=120)
    supplier_lot: str = Field(max_length=120)
    manufacturer: str | None = Field(default=None, max_length=200)
    made_on: date | None = None
    expires_on: date | None = None
    life_days: int | None = Field(default=None, ge=1, le=20_000)
    rolls: str | None = Field(default=None, max_length=40_000)
    like: str | None = Field(default=None, max_length=60)
    quantity: Decimal | None = Field(default=None, max_digits=14, decimal_places=4)
    second: Decimal | None = Field(default=None, max_digits=14, decimal_places=4)
    certificate: list[UploadFile] = Field(default_factory=list, max_length=MOST_CERTIFICATES)
    key: ClientKey


class RefuseGoods(FormModel):
    """Goods that are sent away at the door."""

    line: int
    delivery_note: str = Field(max_length=120)
    supplier_lot: str | None = Field(default=None, max_length=120)
    quantity: Decimal = Field(max_digits=14, decimal_places=4)
    rolls: str | None = Field(default=None, max_length=10_000)
    reason: str = Field(max_length=500)
    key: ClientKey


class ScanOrder(FormModel):
    code: str = Field(max_length=200)


class PrintLots(FormModel):
    lots: list[str] = Field(min_length=1, max_length=50)
