"""What the pages of deviations and changes send."""

from __future__ import annotations

from pydantic import Field

from maskqms.quality.states import ChangeState
from maskqms.web.forms import ClientKey, FormModel


class OpenDeviation(FormModel):
    """`unit` is the code of what deviates, typed or scanned."""

    unit: str = Field(max_length=80)
    title: str = Field(max_length=200)
    description: str = Field(max_length=5000)
    immediate_action: str | None = Field(default=None, max_length=5000)
    key: ClientKey


class CloseDeviation(FormModel):
    conclusion: str = Field(max_length=5000)
    username: str
    password: str
    digest: str
    key: ClientKey


class DecideChange(FormModel):
    decision: ChangeState
    conclusion: str = Field(max_length=5000)
    username: str
    password: str
    digest: str
    key: ClientKey
