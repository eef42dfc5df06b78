"""What the pages of the spine send."""

from __future__ import annotations

from decimal import Decimal

from litestar.datastructures import UploadFile
from pydantic import Field

from maskqms.trace.states import HoldSubject
from maskqms.web.forms import ClientKey, FormModel


class PlaceHold(FormModel):
    """`unit` is typed or scanned, or the name of a product, supplier or line; both metres or none."""

    subject: HoldSubject = HoldSubject.UNIT
    unit: str = Field(max_length=200)
    span_from: Decimal | None = Field(default=None, ge=0)
    span_to: Decimal | None = Field(default=None, ge=0)
    reason: str = Field(max_length=2000)
    key: ClientKey

    @property
    def span(self) -> tuple[Decimal, Decimal] | None:
        return None if self.span_from is None or self.span_to is None else (self.span_from, self.span_to)


class LiftHold(FormModel):
    reason: str = Field(max_length=2000)
    username: str
    password: str
    digest: str
    key: ClientKey


class ImportHistory(FormModel):
    """The five CSV files, or a zip or workbook that holds them."""

    files: list[UploadFile] = Field(min_length=1)
    key: ClientKey
