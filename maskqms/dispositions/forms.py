"""What the pages of rejected goods send."""

from __future__ import annotations

from pydantic import Field

from maskqms.web.forms import ClientKey, FormModel


class ReturnGoods(FormModel):
    """All that is left of the chosen units, to their supplier."""

    lot: str
    units: list[str] = Field(default_factory=list, max_length=500)
    waybill: str = Field(max_length=120)
    carrier: str = Field(max_length=200)
    reason: str = Field(max_length=500)
    key: ClientKey


class PlanDestruction(FormModel):
    """All that is left of the chosen units, to be destroyed."""

    lot: str
    units: list[str] = Field(default_factory=list, max_length=500)
    method: str = Field(max_length=200)
    reason: str = Field(max_length=500)
    key: ClientKey


class CancelDestruction(FormModel):
    reason: str = Field(max_length=500)
    key: ClientKey


class RequestRegrade(FormModel):
    """A rejected unit that is to become another material."""

    lot: str
    unit: str
    material: str
    reason: str = Field(max_length=500)
    key: ClientKey


class SignRecord(FormModel):
    """A signature under what was shown; a reason where one is asked for."""

    username: str
    password: str
    digest: str
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey
