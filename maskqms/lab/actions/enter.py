"""A value lands in a cell: typed, or from an instrument. It is judged at once and never overwritten.

A value out of limits is kept like any other (R35). A correction is a new row that names the one it supersedes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.states import Outcome
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
) -> CellAnswer:
    """Enter a value, or with a reason correct the one that stands there. `reading` is the instrument's own."""
    tag = Tag.RESULT_ENTER if reason is None else Tag.RESULT_CORRECT
    async with act(tag, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        refuse(_("Value not entered"), _blockers(sheet, test, specimen, value, actor, reason))
        planned = sheet.inspection.plan.test(test)
        assert planned is not None
        text = rules.canonical_value(planned, value)
        standing = sheet.current(test, specimen)
        outcome = rules.judge_value(planned, text)
        await sql.execute(
            "INSERT INTO lab_result (inspection, test, specimen, text, value, outcome, analyst, analyst_name, at,"
            " reading, supersedes, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
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
        )
        await this.record(
            subject=code,
            before=None if standing is None else {"test": test, "specimen": specimen, "value": standing.text},
            after={"test": test, "specimen": specimen, "value": text, "outcome": outcome, "reading": reading},
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


def number_in(text: str) -> Decimal | None:
    """The number in a kept value; of a censored one the bound; none of pass and fail."""
    bare = text.removeprefix("<").removeprefix(">").strip()
    return Decimal(bare) if re.fullmatch(NUMBER, bare) else None
