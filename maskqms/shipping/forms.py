"""What the pages of shipping send."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from maskqms.web.forms import ClientKey, FormModel

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Days = Annotated[int, Field(ge=0, le=3650)]


class NewConsignee(FormModel):
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9-]{1,40}$")] | None = None
    name: Line
    address: Line
    contact: Line
    country: Country = "CN"
    min_remaining_days: Days = 0
    credential: Line | None = None
    credential_until: date | None = None
    key: ClientKey


class ChangeTerms(FormModel):
    min_remaining_days: Days = 0
    credential: Line | None = None
    credential_until: date | None = None
    key: ClientKey


class OpenShipment(FormModel):
    consignee: str
    key: ClientKey


class ScanCarton(FormModel):
    """A scan: a carton's SSCC, matrix code or number; nothing scanned is an unknown code."""

    code: str = ""
    key: ClientKey


class ConfirmShipment(FormModel):
    carrier: Line
    waybill: Line | None = None
    delivery_note: Line | None = None
    conditions: Line | None = None
    key: ClientKey


class CancelShipment(FormModel):
    reason: Line
    key: ClientKey
