"""What gateways send, and what people enter about instruments and gateways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from litestar.datastructures import UploadFile
from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from maskqms.devices.drivers.contract import FRAME_CAP
from maskqms.devices.states import EquipmentClass, InstrumentKind, InstrumentState
from maskqms.web.forms import ClientKey, FormModel

MOST_READINGS = 500

Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[\w.-]+$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Piece(StrEnum):
    """What the gateway took a stretch of bytes for; only a frame may be read."""

    FRAME = "frame"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"


class SentReading(BaseModel):
    """One piece as a gateway sends it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    seq: int = Field(ge=1, lt=2**63)
    epoch: UUID
    instrument: Word
    port: Word
    driver: Word
    piece: Piece
    raw: Base64Bytes = Field(max_length=FRAME_CAP, min_length=1)
    received_at: AwareDatetime
    age: float = Field(ge=0, le=10 * 366 * 86400)


class SentBatch(BaseModel):
    """A batch; `sent_at` is the gateway's clock at sending, so that we see when it is wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sent_at: AwareDatetime
    readings: list[SentReading] = Field(min_length=1, max_length=MOST_READINGS)


class RegisterInstrument(FormModel):
    code: Code
    kind: InstrumentKind
    name: Name
    serial_number: Name | None = None
    station: Name | None = None
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None
    range_from: Decimal | None = None
    range_to: Decimal | None = None
    resolution: Decimal | None = None
    calibration_due: date | None = None
    gateway: Name | None = None
    equipment_class: EquipmentClass | None = None
    line: Name | None = None
    responsible: Name | None = None
    check_days: int | None = Field(default=None, ge=1, le=366)
    key: ClientKey


class AsFound(StrEnum):
    """How the instrument was before anything was adjusted; not asked is an answer too."""

    IN_TOLERANCE = "in_tolerance"
    OUT_OF_TOLERANCE = "out_of_tolerance"


class RecordCalibration(FormModel):
    done_on: date
    passed: bool = False
    due: date | None = None
    certificate: Sentence
    as_found: AsFound | None = None
    laboratory: Name | None = None
    certificate_file: UploadFile | None = None
    key: ClientKey


class RecordVerification(FormModel):
    reference: Sentence
    found: Sentence
    passed: bool = False
    key: ClientKey


class ChangeState(FormModel):
    state: InstrumentState
    reason: Sentence
    key: ClientKey


class RegisterGateway(FormModel):
    name: Name
    key: ClientKey


class GatewayName(FormModel):
    name: Name
    key: ClientKey
