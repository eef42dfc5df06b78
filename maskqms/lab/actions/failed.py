"""What a sheet that failed does beyond itself: a deviation on its unit, and a hold on what is in use already.

Asked wherever a handed-in sheet becomes a failed one: when entry is finished, and when an investigation ends with
values that fail. A conditionally released unit is in use before its result (R8); a retest is of goods that are in use,
and what lost its filtration has lost it in the masks too.
"""

from __future__ import annotations

from maskqms.actor import Actor
from maskqms.i18n import _
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.states import Purpose
from maskqms.quality.actions import open_deviation
from maskqms.quality.queries import deviation_from
from maskqms.trace.actions.cascade import descendants, lock_until_still
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.states import UnitState


async def locked_subject(row: InspectionRow) -> UnitRow:
    """The unit under lock; a material with all that was made of it, which a failure may have to hold."""
    if row.purpose in (Purpose.INCOMING, Purpose.RETEST):
        await lock_until_still(lambda: descendants([row.subject]))
    return (await lock_units([row.subject]))[row.subject]


async def answer_failure(sheet: Sheet, unit: UnitRow, *, actor: Actor) -> None:
    """A deviation, once a sheet, and the hold where something is in use; inside the act, after `locked_subject`."""
    row = sheet.inspection
    if await deviation_from(row.code) is None:
        await open_deviation(
            unit=row.subject_code,
            title=str(_("Out of limits in {code}", code=row.code)),
            description=failed_tests(sheet),
            source=row.code,
            actor=actor,
        )
    if row.purpose is Purpose.RETEST:
        words = _("Retest {code} failed: {tests}", code=row.code, tests=failed_tests(sheet))
        await place_hold(unit=row.subject_code, reason=str(words), actor=actor)
    elif unit.state is UnitState.CONDITIONAL:
        await place_hold(unit=unit.code, reason=str(_("Out of limits in {code}", code=row.code)), actor=actor)


def failed_tests(sheet: Sheet) -> str:
    """What failed, with its limit and its values, in one line."""
    return "; ".join(f"{test.name} ({test.limit}): {', '.join(test.values)}" for test in sheet.verdict.failed)
