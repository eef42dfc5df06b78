"""A value lands in a cell: typed, or from an instrument. It is judged at once and never overwritten.

A value out of limits is kept like any other (R35). A correction is a new row that names the one it supersedes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.devices.queries.instruments import InstrumentRow, instrument_by_code
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import investigating, measuring, rules
from maskqms.lab.queries.investigations import investigation_of
from maskqms.lab.queries.measuring import reports_of
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.states import Evidence, Outcome
from maskqms.standards.limits import NUMBER


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What became of a value, for the cell it was entered in."""

    inspection: str
    test: str
    specimen: int
    text: str
    outcome: Outcome


async def enter_result(
    code: str,
    *,
    test: str,
    specimen: int,
    value: str,
    actor: Actor,
    reason: str | None = None,
    reading: int | None = None,
    instrument: str | None = None,
) -> CellAnswer:
    """Enter a value, or with a reason correct the one that stands there. `reading` is the instrument's own;
    `instrument` is the code of what it was measured with, also when it is typed."""
    tag = Tag.RESULT_ENTER if reason is None else Tag.RESULT_CORRECT
    async with act(tag, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        with_what = None if instrument is None else await instrument_by_code(instrument)
        refuse(
            _("Value not entered"),
            _blockers(sheet, test, specimen, value, actor, reason)
            + await _origin_blockers(sheet, test, with_what)
            + await _handed_in_blockers(sheet, test, specimen),
        )
        planned = sheet.inspection.plan.test(test)
        assert planned is not None
        text = rules.canonical_value(planned, value)
        standing = sheet.current(test, specimen)
        outcome = rules.judge_value(planned, text)
        await sql.execute(
            "INSERT INTO lab_result (inspection, test, specimen, text, value, outcome, analyst, analyst_name, at,"
            " reading, supersedes, reason, instrument)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            sheet.inspection.id,
            test,
            specimen,
            text,
            number_in(text),
            outcome,
            actor.account_id,
            actor.name,
            this.at,
            reading,
            None if standing is None else standing.id,
            None if standing is None else (reason or "").strip(),
            None if with_what is None else with_what.id,
        )
        await this.record(
            subject=code,
            before=None if standing is None else {"test": test, "specimen": specimen, "value": standing.text},
            after={
                "test": test,
                "specimen": specimen,
                "value": text,
                "outcome": outcome,
                "reading": reading,
                "instrument": instrument,
            },
            reason=None if standing is None else reason,
        )
        return CellAnswer(code, test, specimen, text, outcome)


def _blockers(sheet: Sheet, test: str, specimen: int, value: str, actor: Actor, reason: str | None) -> list[Reason]:
    has_value = sheet.current(test, specimen) is not None
    return [
        *actor.lacks(*rules.testers(sheet.inspection.purpose)),
        *rules.open_blockers(sheet.inspection.code, sheet.inspection.state),
        *rules.value_blockers(sheet.inspection.plan, test, specimen, value, has_value=has_value, reason=reason),
    ]


async def _origin_blockers(sheet: Sheet, test: str, with_what: InstrumentRow | None) -> list[Reason]:
    """With what it was measured, or by which laboratory; where the plan asks nothing, the database is not asked."""
    planned = sheet.inspection.plan.test(test)
    if planned is None:
        return []
    day = None if with_what is None else await today()
    reasons = (
        []
        if day is None and planned.instrument is None
        else measuring.measured_blockers(planned, with_what.facts if with_what else None, day or date.min)
    )
    if planned.evidence is Evidence.COMMISSIONED:
        reports = await reports_of(sheet.inspection.id, test)
        reasons += measuring.commissioned_blockers(planned, len(reports))
    return reasons


async def _handed_in_blockers(sheet: Sheet, test: str, specimen: int) -> list[Reason]:
    """Only for a correction on a sheet that was handed in before."""
    standing, handed_in = sheet.current(test, specimen), sheet.inspection.handed_in_at
    if standing is None or handed_in is None:
        return []
    return investigating.handed_in_blockers(
        test=test,
        specimen=specimen,
        outcome=standing.outcome,
        at=standing.at,
        counts=standing.counts,
        handed_in_at=handed_in,
        investigation=await investigation_of(sheet.inspection.id, test),
    )


def number_in(text: str) -> Decimal | None:
    """The number in a kept value; of a censored one the bound; none of pass and fail."""
    bare = text.removeprefix("<").removeprefix(">").strip()
    return Decimal(bare) if re.fullmatch(NUMBER, bare) else None
