"""Entry is finished by an analyst; a sheet may be sent back before it is decided."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.actions.investigate import open_for_failed
from maskqms.lab.measuring import finished_blockers
from maskqms.lab.queries.inspections import InspectionRow, inspection, locked_inspection
from maskqms.lab.queries.measuring import instruments_of_sheet
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.states import INSPECTION_MOVES, InspectionState, Outcome, Purpose
from maskqms.quality.actions import open_deviation
from maskqms.quality.queries import deviation_from
from maskqms.trace.actions.cascade import descendants, lock_until_still
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.states import UnitState


async def finish_entry(code: str, *, actor: Actor) -> InspectionRow:
    """Hand the sheet over for review. A test that failed opens a deviation on the unit, once, and its investigation
    (R35). Every instrument behind a value is asked again: what is known of it by now may be worse (R125).

    A failure of a unit that is in use already, conditionally, holds the unit and everything made of it at once (R8); so
    does a retest that failed: what lost its filtration has lost it in the masks too.
    """
    async with act(Tag.INSPECTION_FINISH, actor=actor, subject=code) as this:
        about = await inspection(code)
        unit = await _locked_subject(about)
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
        if sheet.verdict.outcome is Outcome.FAIL and await deviation_from(code) is None:
            await _deviate(sheet, actor)
        if sheet.verdict.outcome is Outcome.FAIL and unit.state is UnitState.CONDITIONAL:
            await place_hold(unit=unit.code, reason=str(_("Out of limits in {code}", code=code)), actor=actor)
        await open_for_failed(sheet, actor=actor)
        if sheet.verdict.outcome is Outcome.FAIL and about.purpose is Purpose.RETEST:
            await place_hold(unit=about.subject_code, reason=_failed_retest(sheet), actor=actor)
        return await inspection(code)


async def _locked_subject(row: InspectionRow) -> UnitRow:
    """The unit under lock; a material with all that was made of it, which a failure may have to hold."""
    if row.purpose in (Purpose.INCOMING, Purpose.RETEST):
        await lock_until_still(lambda: descendants([row.subject]))
    return (await lock_units([row.subject]))[row.subject]


def _said(sheet: Sheet) -> dict[str, object]:
    return {"outcome": sheet.verdict.outcome, "failed": [test.test for test in sheet.verdict.failed]}


def _failed(sheet: Sheet) -> str:
    return "; ".join(f"{test.name} ({test.limit}): {', '.join(test.values)}" for test in sheet.verdict.failed)


def _failed_retest(sheet: Sheet) -> str:
    return str(_("Retest {code} failed: {tests}", code=sheet.inspection.code, tests=_failed(sheet)))


async def _deviate(sheet: Sheet, actor: Actor) -> None:
    await open_deviation(
        unit=sheet.inspection.subject_code,
        title=str(_("Out of limits in {code}", code=sheet.inspection.code)),
        description=_failed(sheet),
        source=sheet.inspection.code,
        actor=actor,
    )


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
