"""With which instruments a sheet was measured, which was the last one for a test, and which laboratories are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.devices.rules import InstrumentFacts
from maskqms.devices.states import InstrumentKind, InstrumentState
from maskqms.errors import NotFound
from maskqms.lab.measuring import LaboratoryFacts
from maskqms.lab.states import LaboratoryState
from maskqms.settings import settings


@dataclass(frozen=True, slots=True)
class UsedRow:
    """An instrument behind values that count, and the last day it measured one of them."""

    code: str
    kind: InstrumentKind
    state: InstrumentState
    unit: str | None
    range_from: Decimal | None
    range_to: Decimal | None
    calibration_due: date | None
    day: date

    @property
    def facts(self) -> InstrumentFacts:
        return InstrumentFacts(
            self.code, self.kind, self.state, self.unit, self.range_from, self.range_to, self.calibration_due
        )


USED = """
SELECT n.code, n.kind, n.state, n.unit, n.range_from, n.range_to, n.calibration_due,
    max((coalesce(g.heard_at, r.at) AT TIME ZONE $2)::date) AS day
FROM lab_result r JOIN instrument n ON n.id = r.instrument LEFT JOIN reading g ON g.id = r.reading
WHERE r.inspection = $1 AND NOT EXISTS (SELECT 1 FROM lab_result later WHERE later.supersedes = r.id)
    AND lab_result_counts(r.id, r.retest, r.specimen)
GROUP BY n.id ORDER BY n.code
"""


async def instruments_of_sheet(inspection_id: int) -> list[UsedRow]:
    return await sql.fetch_as(UsedRow, USED, inspection_id, settings().zone)


async def last_instruments(tests: list[str]) -> dict[str, str]:
    """The instrument that each test was last measured with."""
    rows = await sql.fetch(
        "SELECT t.test, l.code FROM unnest($1::text[]) AS t (test) CROSS JOIN LATERAL (SELECT n.code FROM lab_result r"
        " JOIN instrument n ON n.id = r.instrument WHERE r.test = t.test AND r.instrument IS NOT NULL"
        " ORDER BY r.id DESC LIMIT 1) l",
        tests,
    )
    return {row["test"]: row["code"] for row in rows}


@dataclass(frozen=True, slots=True)
class LaboratoryRow:
    """An outside laboratory."""

    id: int
    code: str
    name: str
    accreditation: str
    scope: tuple[str, ...]
    valid_until: date
    state: LaboratoryState
    entered_by: str
    entered_at: datetime

    @property
    def facts(self) -> LaboratoryFacts:
        return LaboratoryFacts(self.code, self.state, self.scope, self.valid_until)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The report of an outside laboratory behind a test of a sheet."""

    test: str
    laboratory: str
    laboratory_name: str
    report: str
    reported_on: date
    justification: str | None
    name: str
    at: datetime


LABORATORY = "SELECT id, code, name, accreditation, scope, valid_until, state, entered_by, entered_at FROM laboratory"


async def laboratories() -> list[LaboratoryRow]:
    return await sql.fetch_as(LaboratoryRow, f"{LABORATORY} ORDER BY state = 'suspended', code")


async def laboratory_by_code(code: str) -> LaboratoryRow:
    row = await sql.one_as(LaboratoryRow, f"{LABORATORY} WHERE code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def reports_of(inspection_id: int, test: str | None = None) -> list[ReportRow]:
    return await sql.fetch_as(
        ReportRow,
        "SELECT o.test, l.code AS laboratory, l.name AS laboratory_name, o.report, o.reported_on, o.justification,"
        " o.name, o.at FROM outside_report o JOIN laboratory l ON l.id = o.laboratory"
        " WHERE o.inspection = $1 AND ($2::text IS NULL OR o.test = $2) ORDER BY o.id",
        inspection_id,
        test,
    )
