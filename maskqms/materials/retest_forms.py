"""What the pages of retests send."""

from __future__ import annotations

from pydantic import Field

from maskqms.web.forms import ClientKey, FormModel


class SetRetestRule(FormModel):
    days: int = Field(ge=1, le=3650)
    tests: list[str] = Field(min_length=1)
    key: ClientKey
