"""Entry is finished by an analyst; a sheet may be sent back before it is decided."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.actions.failed import answer_failure, locked_subject
from maskqms.lab.actions.investigate import open_for_failed
from maskqms.lab.measuring import finished_blockers
from maskqms.lab.queries.inspections import InspectionRow, inspection, locked_inspection
from maskqms.lab.queries.measuring import instruments_of_sheet
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.states import INSPECTION_MOVES, InspectionState, Outcome


async def finish_entry(code: str, *, actor: Actor) -> InspectionRow:
    """Hand the sheet over for review. A test that failed opens a deviation on the unit, once, and its investigation
    (R35), and holds what is in use already. Every instrument behind a value is asked again: what is known of it by now
    may be worse (R125)."""
    async with act(Tag.INSPECTION_FINISH, actor=actor, subject=code) as this:
        about = await inspection(code)
        unit = await locked_subject(about)
        sheet = await locked_sheet(code)
        refuse(
            _("Entry not finished"),
            actor.lacks(*rules.testers(sheet.inspection.purpose))
            + rules.finish_blockers(code, sheet.inspection.state, sheet.verdict)
            + finished_blockers(
                code, [(used.facts, used.day) for used in await instruments_of_sheet(sheet.inspection.id)]
            ),
        )
        await sql.execute(
            "UPDATE inspection SET state = 'entered', outcome = $2, entered_by = $3, entered_at = $4,"
            " handed_in_at = $4"
            " WHERE id = $1 AND state = 'open'",
            sheet.inspection.id,
            sheet.verdict.outcome,
            actor.name,
            this.at,
        )
        await this.record(subject=code, before={"state": "open"}, after={"state": "entered", **_said(sheet)})
        if sheet.verdict.outcome is Outcome.FAIL:
            await answer_failure(sheet, unit, actor=actor)
        await open_for_failed(sheet, actor=actor)
        return await inspection(code)


def _said(sheet: Sheet) -> dict[str, object]:
    return {"outcome": sheet.verdict.outcome, "failed": [test.test for test in sheet.verdict.failed]}


async def send_back(code: str, *, reason: str, actor: Actor) -> InspectionRow:
    """Open a sheet again for correction, before or after review; a review signature is void by that."""
    async with act(Tag.INSPECTION_SEND_BACK, actor=actor, subject=code) as this:
        row = await locked_inspection(code)
        reasons = actor.lacks(Role.INSPECTOR, Role.QUALITY)
        reasons += INSPECTION_MOVES.blockers(row.state, InspectionState.OPEN)
        if not reason.strip():
            reasons.append(Reason("reason.missing", _("Say what has to be looked at again.")))
        refuse(_("Not sent back"), reasons)
        await sql.execute(
            "UPDATE inspection SET state = 'open', outcome = NULL, entered_by = NULL, entered_at = NULL,"
            " reviewer = NULL, reviewed_at = NULL, review_signature = NULL WHERE id = $1",
            row.id,
        )
        await this.record(subject=code, before={"state": row.state}, after={"state": "open"}, reason=reason.strip())
        return await inspection(code)
