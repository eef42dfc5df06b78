"""Investigations: one with its checks and retests, the list, and what keeps a sheet from being rested on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.investigating import InvestigationFacts, RetestFacts
from maskqms.lab.queries.sheets import ResultRow, Sheet, standing_results
from maskqms.lab.states import Cause, CheckKind, InvestigationState, RetestBasis
from maskqms.settings import settings


@dataclass(frozen=True, slots=True)
class InvestigationRow:
    """An investigation with the sheet and the unit it is about."""

    id: int
    code: str
    inspection: str
    subject_code: str
    title: str
    test: str
    state: InvestigationState
    why: str
    hypothesis: str | None
    opened_by: str
    opened_at: datetime
    cause: Cause | None
    conclusion: str | None
    concluder: str | None
    concluded_at: datetime | None

    @property
    def href(self) -> str:
        return f"/investigations/{self.code}"


@dataclass(frozen=True, slots=True)
class CheckRow:
    kind: CheckKind
    finding: str
    account: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RetestRow:
    id: int
    ordinal: int
    basis: RetestBasis
    specimens: tuple[int, ...]
    reason: str
    account: int
    name: str
    at: datetime


INVESTIGATION = (
    "SELECT k.id, k.code, i.code AS inspection, u.code AS subject_code, i.title, k.test, k.state, k.why, k.hypothesis,"
    " k.opened_by, k.opened_at, k.cause, k.conclusion, a.name AS concluder, k.concluded_at FROM investigation k"
    " JOIN inspection i ON i.id = k.inspection JOIN trace_unit u ON u.id = i.subject"
    " LEFT JOIN account a ON a.id = k.concluded_by"
)


async def investigation(code: str) -> InvestigationRow:
    row = await sql.one_as(InvestigationRow, f"{INVESTIGATION} WHERE k.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_investigation(code: str) -> InvestigationRow:
    """The investigation, nobody else's until the act ends; its sheet is locked before it."""
    await sql.execute("SELECT 1 FROM investigation WHERE code = $1 FOR UPDATE", code)
    return await investigation(code)


async def investigations_of(inspection_id: int) -> list[InvestigationRow]:
    """Those of a sheet, oldest first."""
    return await sql.fetch_as(InvestigationRow, f"{INVESTIGATION} WHERE k.inspection = $1 ORDER BY k.id", inspection_id)


async def checks_of(investigation_id: int) -> list[CheckRow]:
    return await sql.fetch_as(
        CheckRow,
        "SELECT kind, finding, account, name, at FROM investigation_check WHERE investigation = $1 ORDER BY id",
        investigation_id,
    )


async def retests_of(investigation_id: int) -> list[RetestRow]:
    return await sql.fetch_as(
        RetestRow,
        "SELECT id, ordinal, basis, specimens, reason, account, name, at FROM retest WHERE investigation = $1"
        " ORDER BY ordinal",
        investigation_id,
    )


@dataclass(frozen=True, slots=True)
class InvestigationFile:
    """One investigation with everything that was done, and the values of its test."""

    row: InvestigationRow
    sheet: Sheet
    checks: list[CheckRow]
    retests: list[RetestRow]

    def first(self) -> list[ResultRow]:
        """The standing values of the first measurement."""
        return [r for r in self._mine() if r.retest is None]

    def repeated(self, ordinal: int) -> list[ResultRow]:
        """The standing values of a retest."""
        return [r for r in self._mine() if r.retest == ordinal]

    def _mine(self) -> list[ResultRow]:
        return [r for r in standing_results(self.sheet.results) if r.test == self.row.test]

    @property
    def analysts(self) -> dict[int, str]:
        """Who entered first values of the test, also ones that were corrected."""
        mine = [r for r in self.sheet.results if r.test == self.row.test and r.retest is None]
        return {r.analyst: r.analyst_name for r in mine}

    @property
    def retesters(self) -> dict[int, str]:
        mine = [r for r in self.sheet.results if r.test == self.row.test and r.retest is not None]
        return {r.analyst: r.analyst_name for r in mine}

    @property
    def facts(self) -> InvestigationFacts:
        planned = self.sheet.inspection.plan.test(self.row.test)
        assert planned is not None
        return InvestigationFacts(
            code=self.row.code,
            inspection=self.row.inspection,
            inspection_state=self.sheet.inspection.state,
            state=self.row.state,
            test=planned,
            checks=len(self.checks),
            retests=[
                RetestFacts(
                    one.ordinal,
                    one.specimens,
                    {r.specimen: r.outcome for r in self.repeated(one.ordinal)},
                    one.account,
                    one.name,
                )
                for one in self.retests
            ],
            analysts=self.analysts,
        )

    @property
    def content(self) -> dict[str, object]:
        """What is signed: everything that was found so far."""
        return {
            "investigation": self.row.code,
            "inspection": self.row.inspection,
            "unit": self.row.subject_code,
            "test": self.row.test,
            "state": str(self.row.state),
            "first": [[r.specimen, r.text, str(r.outcome)] for r in self.first()],
            "checks": [[str(c.kind), c.finding, c.name] for c in self.checks],
            "retests": [
                [
                    one.ordinal,
                    str(one.basis),
                    [[r.specimen, r.text, str(r.outcome)] for r in self.repeated(one.ordinal)],
                ]
                for one in self.retests
            ],
        }


@dataclass(frozen=True, slots=True)
class InvestigationList:
    rows: list[InvestigationRow]
    total: int


FILTER = (
    " WHERE ($1::text IS NULL OR k.state = $1)"
    " AND ($2::text IS NULL OR k.code ILIKE $2 OR i.code ILIKE $2 OR u.code ILIKE $2 OR k.test ILIKE $2)"
)
COUNT = (
    "SELECT count(*) FROM investigation k JOIN inspection i ON i.id = k.inspection"
    " JOIN trace_unit u ON u.id = i.subject" + FILTER
)


async def investigations(
    *, state: InvestigationState | None, text: str | None, page: int, size: int
) -> InvestigationList:
    """What is being looked into, the open ones first."""
    like = f"%{text}%" if text else None
    total = await sql.fetch_value(COUNT, state, like)
    query = f"{INVESTIGATION}{FILTER} ORDER BY k.state = 'concluded', k.id DESC LIMIT $3 OFFSET $4"
    return InvestigationList(await sql.fetch_as(InvestigationRow, query, state, like, size, (page - 1) * size), total)


async def investigation_of(inspection_id: int, test: str) -> str | None:
    """The code of the investigation of a test, open or concluded: a test has one."""
    found: str | None = await sql.fetch_value(
        "SELECT code FROM investigation WHERE inspection = $1 AND test = $2", inspection_id, test
    )
    return found


@dataclass(frozen=True, slots=True)
class Question:
    """Something about a sheet that has to be known: an open investigation, one that found no cause so that the first
    result stands, or a result in doubt."""

    kind: str
    unit: int
    sheet: str
    code: str
    test: str


QUESTIONS = """
SELECT 'investigation' AS kind, i.subject AS unit, i.code AS sheet, k.code, k.test
FROM investigation k JOIN inspection i ON i.id = k.inspection
WHERE k.state <> 'concluded' AND i.subject = ANY($1::bigint[])
UNION ALL
SELECT 'stands', i.subject, i.code, k.code, k.test
FROM investigation k JOIN inspection i ON i.id = k.inspection
WHERE k.state = 'concluded' AND k.cause = 'none' AND i.subject = ANY($1::bigint[])
UNION ALL
SELECT DISTINCT 'doubt', i.subject, i.code, n.code, r.test
FROM lab_doubts($2) d JOIN lab_result r ON r.id = d.result JOIN inspection i ON i.id = d.inspection
JOIN instrument n ON n.id = d.instrument
WHERE i.subject = ANY($1::bigint[]) AND lab_result_counts(r.id, r.retest, r.specimen)
    AND NOT EXISTS (SELECT 1 FROM result_recheck c WHERE c.result = d.result
        AND c.calibration IS NOT DISTINCT FROM d.calibration AND c.verification IS NOT DISTINCT FROM d.verification)
ORDER BY 1, 3, 4, 5
"""


async def questions_of(units: list[int]) -> list[Question]:
    """What is not answered about the sheets of these units, in one statement."""
    return await sql.fetch_as(Question, QUESTIONS, units, settings().zone)
