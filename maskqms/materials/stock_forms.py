"""What the pages of the warehouse send, and how a logger's file is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from litestar.datastructures import UploadFile
from pydantic import Field

from maskqms.i18n import Text, _
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.stock_states import LocationKind
from maskqms.settings import settings
from maskqms.web.forms import ClientKey, FormModel


class EnterLocation(FormModel):
    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9._-]{1,39}$")
    name_zh: str = Field(max_length=200)
    name_en: str | None = Field(default=None, max_length=200)
    kind: LocationKind
    key: ClientKey


class LocationActive(FormModel):
    active: bool = False
    key: ClientKey


class PutAwayScan(FormModel):
    """A scan at put-away: a unit, or the place for the unit that is in hand; `place` stays for the units to come."""

    code: str = Field(max_length=500)
    unit: str | None = None
    place: str | None = None
    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey


class LookUpScan(FormModel):
    code: str = Field(max_length=500)
    key: ClientKey


class OpenCount(FormModel):
    location: str | None = None
    material: str | None = None
    key: ClientKey


class CountScan(FormModel):
    code: str = Field(max_length=500)
    quantity: Decimal = Field(ge=0)
    key: ClientKey


class FinishCount(FormModel):
    explanation: str | None = Field(default=None, max_length=2000)
    key: ClientKey


class Recount(FormModel):
    reason: str = Field(max_length=500)
    key: ClientKey


class ApproveCount(FormModel):
    username: str
    password: str
    digest: str
    key: ClientKey


class SetCountLimit(FormModel):
    percent: Decimal = Field(ge=0, le=100)
    basis: str = Field(max_length=500)
    key: ClientKey


class SetStorageLimits(FormModel):
    """The four sides of a place's or a material's limits; an empty side has no limit."""

    material: str | None = None
    temperature_from: Decimal | None = None
    temperature_to: Decimal | None = None
    humidity_from: Decimal | None = None
    humidity_to: Decimal | None = None
    basis: str = Field(max_length=500)
    key: ClientKey

    @property
    def limits(self) -> Limits:
        return Limits(self.temperature_from, self.temperature_to, self.humidity_from, self.humidity_to)


class WriteReading(FormModel):
    at: datetime | None = None
    temperature: Decimal | None = None
    humidity: Decimal | None = None
    key: ClientKey


class UploadReadings(FormModel):
    file: UploadFile
    key: ClientKey


TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def read_logger_file(content: bytes) -> tuple[list[Reading], Text | None]:
    """Readings of a CSV with a moment, a temperature and a humidity in each line, and what could not be read.

    A head line is skipped; a moment without a zone is of the factory's wall.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        dialect = csv.Sniffer().sniff(text[:2000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    readings: list[Reading] = []
    for number, row in enumerate(csv.reader(io.StringIO(text), dialect), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        one = _reading(cells)
        if one is not None:
            readings.append(one)
        elif readings or number > 1:
            return [], _("Line {n} cannot be read: {line}", n=number, line=", ".join(cells)[:80])
    if not readings:
        return [], _("No line of the file holds a moment, a temperature and a humidity.")
    return readings, None


def _reading(cells: Sequence[str]) -> Reading | None:
    moment = _moment(cells[0])
    if moment is None or len(cells) < 2:
        return None
    try:
        values = [Decimal(cell.rstrip("%℃°C ")) if cell else None for cell in (*cells[1:3], "")[:2]]
    except InvalidOperation:
        return None
    return Reading(moment, values[0], values[1])


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = next((parsed for form in TIMES if (parsed := _parsed(text, form))), None)  # type: ignore[assignment]
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=settings().timezone)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the factory's, set by the caller
    except ValueError:
        return None
