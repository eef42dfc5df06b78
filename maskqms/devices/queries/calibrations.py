"""Calibrations and intermediate checks of an instrument, the certificates, and what is due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maskqms.db import sql
from maskqms.devices.states import InstrumentKind
from maskqms.errors import NotFound


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One calibration. `as_found` is None where nobody said how it was before it was adjusted."""

    id: int
    done_on: date
    passed: bool
    as_found: bool | None
    due: date | None
    certificate: str
    laboratory: str | None
    actor: str
    at: datetime
    file_name: str | None
    file_sha256: str | None

    @property
    def good(self) -> bool:
        """Nothing measured before it is in doubt."""
        return self.passed and self.as_found is not False


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """One check with a reference between two calibrations."""

    id: int
    done_on: date
    reference: str
    found: str
    passed: bool
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The certificate as it came."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DueRow:
    """A calibration or an intermediate check, and the day until which the last one holds; None when there is none."""

    code: str
    name: str
    kind: InstrumentKind
    what: str
    due: date | None
    responsible: str | None

    @property
    def href(self) -> str:
        return f"/instruments/{self.code}"


DUE = """
SELECT code, name, kind, 'calibration' AS what, calibration_due AS due, responsible FROM instrument
WHERE state <> 'retired' AND kind NOT IN ('scanner', 'machine')
UNION ALL
SELECT code, name, kind, 'check', check_due, responsible FROM instrument
WHERE state <> 'retired' AND check_days IS NOT NULL
ORDER BY 5 NULLS FIRST, 1
"""


async def due_list() -> list[DueRow]:
    """Everything that is due one day, what has no valid day first."""
    return await sql.fetch_as(DueRow, DUE)


async def calibrations_of(instrument: int) -> list[CalibrationRow]:
    """The newest first."""
    return await sql.fetch_as(
        CalibrationRow,
        "SELECT c.id, c.done_on, c.passed, c.as_found, c.due, c.certificate, c.laboratory, c.actor, c.at,"
        " f.name AS file_name, f.sha256 AS file_sha256 FROM calibration c"
        " LEFT JOIN calibration_file f ON f.calibration = c.id WHERE c.instrument = $1"
        " ORDER BY c.done_on DESC, c.id DESC",
        instrument,
    )


async def verifications_of(instrument: int, limit: int = 30) -> list[VerificationRow]:
    """The newest first."""
    return await sql.fetch_as(
        VerificationRow,
        "SELECT id, done_on, reference, found, passed, actor, at FROM verification WHERE instrument = $1"
        " ORDER BY id DESC LIMIT $2",
        instrument,
        limit,
    )


async def certificate_file(instrument: str, calibration: int) -> CertificateFile:
    """The file of one calibration of this instrument."""
    row = await sql.one_as(
        CertificateFile,
        "SELECT f.name, f.media_type, f.content FROM calibration_file f JOIN calibration c ON c.id = f.calibration"
        " JOIN instrument i ON i.id = c.instrument WHERE i.code = $1 AND c.id = $2",
        instrument,
        calibration,
    )
    if row is None:
        raise NotFound(f"{instrument}/{calibration}")
    return row
