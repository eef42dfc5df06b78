"""What the worksheet sends."""

from __future__ import annotations

from decimal import Decimal

from litestar.datastructures import UploadFile
from pydantic import Field

from maskqms.lab.states import DefectClass
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


class TakeSample(FormModel):
    """A piece of a unit, for a sheet."""

    inspection: str = Field(max_length=40)
    unit: str = Field(max_length=120)
    quantity: Decimal = Field(gt=0, max_digits=12)
    container: str | None = Field(default=None, max_length=120)
    storage: str | None = Field(default=None, max_length=120)
    key: ClientKey


class MoveSample(FormModel):
    """The next link of a sample's custody; `to` names the person it is handed to."""

    state: str = Field(max_length=20)
    to: str | None = Field(default=None, max_length=60)
    storage: str | None = Field(default=None, max_length=120)
    note: str | None = Field(default=None, max_length=500)
    key: ClientKey


class ScanSample(FormModel):
    code: str = Field(max_length=200)
    key: ClientKey


class BringFile(FormModel):
    """A file of an instrument, for a sheet."""

    instrument: str = Field(max_length=40)
    file: UploadFile
    key: ClientKey


class SayColumns(FormModel):
    """What the columns of an instrument's file mean."""

    value: str = Field(max_length=200)
    test: str | None = Field(default=None, max_length=200)
    fixed_test: str | None = Field(default=None, max_length=60)
    specimen: str | None = Field(default=None, max_length=200)
    unit: str | None = Field(default=None, max_length=200)
    key: ClientKey


class CountPieces(FormModel):
    """Good pieces, or a defect of a class."""

    pieces: int = Field(default=1, ge=1, le=10_000)
    defect_class: DefectClass | None = None
    defect: str | None = Field(default=None, max_length=120)
    same_piece: bool = False
    key: ClientKey


class UndoCount(FormModel):
    entry: int
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey
