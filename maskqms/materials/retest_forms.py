"""What the pages of retests and certificates send."""

from __future__ import annotations

from pydantic import Field

from maskqms.web.forms import ClientKey, FormModel


class SetRetestRule(FormModel):
    days: int = Field(ge=1, le=3650)
    tests: list[str] = Field(min_length=1)
    key: ClientKey


class EnterCertificateValue(FormModel):
    """What the supplier's certificate says of a test."""

    test: str = Field(max_length=60)
    value: str = Field(max_length=60)
    certificate: str = Field(max_length=120)
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey
