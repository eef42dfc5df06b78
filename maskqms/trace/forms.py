"""What the pages of the spine send."""

from __future__ import annotations

from decimal import Decimal

from litestar.datastructures import UploadFile
from pydantic import Field

from maskqms.web.forms import ClientKey, FormModel


class PlaceHold(FormModel):
    """`unit` is typed or scanned; both metres or none."""

    unit: str = Field(max_length=200)
    span_from: Decimal | None = Field(default=None, ge=0)
    span_to: Decimal | None = Field(default=None, ge=0)
    reason: str = Field(max_length=2000)
    key: ClientKey


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
