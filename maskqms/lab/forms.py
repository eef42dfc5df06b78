"""What the worksheet sends."""

from __future__ import annotations

from pydantic import Field

from maskqms.web.forms import ClientKey, FormModel


class EnterValue(FormModel):
    """One cell as it was left; `row` is its place in the grid."""

    test: str = Field(max_length=60)
    specimen: int = Field(ge=1, le=10_000)
    value: str = Field(max_length=60)
    instrument: str | None = Field(default=None, max_length=40)
    row: int = Field(default=0, ge=0)
    key: ClientKey


class CorrectValue(FormModel):
    value: str = Field(max_length=60)
    instrument: str | None = Field(default=None, max_length=40)
    reason: str = Field(min_length=2, max_length=500)
    key: ClientKey


class WaitForInstrument(FormModel):
    instrument: str = Field(max_length=40)


class TakeReading(FormModel):
    reading: int
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey


class Finish(FormModel):
    key: ClientKey


class SendBack(FormModel):
    reason: str = Field(min_length=2, max_length=500)
    key: ClientKey


class SignReview(FormModel):
    """Id and password inside the request (R24)."""

    username: str
    password: str
    digest: str
    key: ClientKey
