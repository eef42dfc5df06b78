"""The factory test of a batch: its plan comes from the edition of the batch's snapshot, with the limits known now."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.states import BatchState
from maskqms.db import sql
from maskqms.errors import Link, Reason, refuse
from maskqms.i18n import _, in_locale
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.plan import PlannedTest, planned
from maskqms.lab.queries.inspections import InspectionRow, inspections_of
from maskqms.lab.states import InspectionState, Outcome, Purpose
from maskqms.release.queries.gate import batch_row, standard_of
from maskqms.release.queries.rows import BatchRow
from maskqms.standards.limits import Kind
from maskqms.standards.requirement import Requirement
from maskqms.trace.queries.units import lock_units

TESTABLE = frozenset({BatchState.IN_PRODUCTION, BatchState.COMPLETE})

MEASURED_LEVEL = "S-4"
"""Measuring a mask destroys it: the special level customary for filtration and resistance, 32 masks of a batch of
1,201 to 10,000 at AQL 4.0, where level II would ask for 125 to 200."""


def level_of(requirement: Requirement) -> str:
    """What is judged by eye is sampled at the general level, what is measured at a special one."""
    return "II" if requirement.kind is Kind.ATTRIBUTE else MEASURED_LEVEL


async def open_release_test(batch: str, *, actor: Actor, reason: str | None = None) -> InspectionRow:
    """Open the sheet of factory tests. A second one needs another plan (a limit was entered, or more was made than the
    samples stand for), or after a fail a reason. The lot of a sampling plan is the whole batch: what was planned, or
    what was made where that is more; a sheet opened at the first box must not get away with the samples of one box."""
    async with act(Tag.RELEASE_TEST, actor=actor, subject=batch) as this:
        row = await batch_row(batch)
        await lock_units([row.id])
        row = await batch_row(batch)
        edition, required = await standard_of(row)
        lot_size = int(
            await sql.fetch_value(
                "SELECT ceil(greatest(b.planned, u.quantity, 2)) FROM batch b JOIN trace_unit u ON u.id = b.id"
                " WHERE b.id = $1",
                row.id,
            )
        )
        tests = [planned(one, lot_size=lot_size, level=level_of(one)) for one in required if one.for_release]
        earlier = await inspections_of(row.id, Purpose.RELEASE)
        refuse(
            _("Factory test not opened"),
            actor.lacks(Role.INSPECTOR, Role.QUALITY)
            + _state_blockers(row)
            + _plan_blockers(row, tests)
            + _again_blockers(row, earlier, tests, reason),
        )
        assert edition is not None
        with in_locale("zh"):
            title = str(_("Factory test of {batch}", batch=row.code))
        opened = await open_inspection(
            purpose=Purpose.RELEASE, subject=row.id, title=title, source=edition.edition, tests=tests, actor=actor
        )
        await this.record(
            subject=batch,
            after={"inspection": opened.code, "edition": edition.edition, "tests": [test.code for test in tests]},
            reason=reason,
        )
        return opened


def _state_blockers(row: BatchRow) -> list[Reason]:
    if row.state in TESTABLE:
        return []
    return [
        Reason(
            "batch.not_testable",
            _("Batch {code} cannot be tested now: {state}.", code=row.code, state=row.state.label),
            _("Samples are taken in production and after it, before the decision."),
            (Link(row.code, f"/batches/{row.code}"),),
        )
    ]


def _plan_blockers(row: BatchRow, tests: list[PlannedTest]) -> list[Reason]:
    if tests:
        return []
    return [
        Reason(
            "standard.no_tests",
            _("Nothing is known of {edition} that could be tested.", edition=row.edition or "-"),
            _("The batch names a standard that is not known here."),
        )
    ]


def _sampled(tests: Sequence[PlannedTest]) -> list[PlannedTest]:
    """The tests with the size of the lot left out: a batch that grew and still asks for the same samples has the same
    plan."""
    return [
        test if test.tally is None else test.model_copy(update={"tally": test.tally.model_copy(update={"lot_size": 1})})
        for test in tests
    ]


def _again_blockers(
    row: BatchRow, earlier: list[InspectionRow], tests: list[PlannedTest], reason: str | None
) -> list[Reason]:
    """No testing until it passes: what was tested by this plan is tested; a fail is repeated only for a reason."""
    if not earlier or _sampled(earlier[-1].plan.tests) != _sampled(tests):
        return []
    last = earlier[-1]
    path = (Link(row.code, f"/batches/{row.code}"), Link(last.code, last.href))
    if last.outcome is not Outcome.FAIL or last.state is InspectionState.ENTERED:
        text = _("{code} has the same tests: {state}.", code=last.code, state=last.state.label)
        return [Reason("tests.already_open", text, _("Use that sheet."), path)]
    if (reason or "").strip():
        return []
    text = _("{code} did not pass; a repetition needs its reason.", code=last.code)
    return [Reason("reason.missing", text, _("Say what the investigation found, and name the deviation."), path)]
