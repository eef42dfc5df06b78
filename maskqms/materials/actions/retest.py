"""A material that ages is tested again: the date is set when it is released, counted from the test that it was released
on, and by every passed retest; it ends the use until then. A retest that fails holds the lot and what was made of it in
the act that finishes its sheet (`lab`); decided by a third person, it makes what is left of the lot rejected goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import end_of_day, local
from maskqms.errors import NotFound, Reason, Stale, each_once, refuse
from maskqms.i18n import _
from maskqms.lab.actions.failed import failed_tests
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.actions.review import decide_inspection
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.rules import decision_blockers, person_blockers
from maskqms.lab.states import Decision, Outcome, Purpose
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.queries.materials import locked_material, specification_by_id, specification_in_force
from maskqms.materials.queries.retests import RetestRuleRow, retest_rule, retests_of, running_retest, specification_of
from maskqms.materials.rules import retest as rules
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import LotDecision
from maskqms.trace.actions.many import set_states
from maskqms.trace.queries.units import lock_units
from maskqms.trace.rules import held_reasons
from maskqms.trace.states import UnitState

TESTERS = (Role.INSPECTOR, Role.QUALITY)


@dataclass(frozen=True, slots=True)
class RetestDecided:
    """The answer of a decision, kept for a repeated request."""

    lot: str
    outcome: Outcome
    usable_until: date | None


async def set_retest_rule(material: str, *, days: int, tests: Sequence[str], actor: Actor) -> RetestRuleRow:
    """How many days a material is trusted after a test, and which tests are repeated then. Holds for dates set from
    now on; a lot keeps the date it has."""
    async with act(Tag.RETEST_RULE, actor=actor, subject=material) as this:
        about = await locked_material(material)
        known = await specification_in_force(about.id)
        offered = [] if known is None else rules.offered_tests(about.category, known.tests)
        refuse(_("Retest interval not set"), actor.lacks(Role.QUALITY) + rules.rule_blockers(days, tests, offered))
        before = await retest_rule(about.id)
        await sql.execute(
            "INSERT INTO retest_rule (material, days, tests, set_by, set_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (material) DO UPDATE SET days = $2, tests = $3, set_by = $4, set_at = $5",
            about.id,
            days,
            list(tests),
            actor.name,
            this.at,
        )
        await this.record(
            subject=material,
            before=None if before is None else {"days": before.days, "tests": before.tests},
            after={"days": days, "tests": list(tests)},
        )
        after = await retest_rule(about.id)
        assert after is not None
        return after


async def first_retest(lot: LotRow, rolls: Sequence[int], tested: datetime, inspection: int, *, actor: Actor) -> None:
    """The first retest date of a lot and those of its rolls that are being released, inside that act and its locks:
    counted from the moment of its incoming inspection. In quarantine nothing may be used anyway, and no date runs. A
    material without an interval has none."""
    rule = await retest_rule(lot.material)
    if rule is None:
        return
    due = rules.next_due(local(tested).date(), rule.days)
    await sql.execute(
        "UPDATE trace_unit SET usable_until = $2 WHERE id = ANY($1::bigint[])",
        [lot.id, *rolls],
        end_of_day(rules.usable_day(due, lot.expires_on)),
    )
    await _keep(lot.id, due, inspection, actor)


async def open_retest(code: str, *, actor: Actor) -> str:
    """A retest sheet for a released lot, by the specification it was received under; due on its retest date."""
    async with act(Tag.RETEST_OPEN, actor=actor, subject=code) as this:
        lot = await lot_by_code(code)
        unit = (await lock_units([lot.id]))[lot.id]
        tests = await _repeated(lot)
        day = local(this.at).date()
        refuse(
            _("Retest not opened"),
            actor.lacks(*TESTERS)
            + rules.open_blockers(
                code, unit.state, lot.expires_on, day, await running_retest(lot.id), has_tests=bool(tests)
            ),
        )
        dates = await retests_of(lot.id)
        known = await specification_by_id(await specification_of(lot.id))
        row = await open_inspection(
            purpose=Purpose.RETEST,
            subject=lot.id,
            title=lot.name_zh,
            source=known.label,
            tests=tests,
            due_at=end_of_day(dates[0].due_on) if dates and dates[0].due_on >= day else None,
            actor=actor,
        )
        await this.record(subject=code, after={"inspection": row.code, "tests": [test.code for test in tests]})
        return row.code


async def _repeated(lot: LotRow) -> list[PlannedTest]:
    """The tests of the interval, else of filtration, each required and as the lot's own specification has them."""
    rule = await retest_rule(lot.material)
    wanted = rule.tests if rule else list(KEY_TESTS.get(lot.category, ()))
    known = await specification_by_id(await specification_of(lot.id))
    plan = known.tests.plan(1, known.level, known.aql)
    repeated = [test for test in plan if test.code in wanted and test.tally is None]
    return [test.model_copy(update={"required": True}) for test in repeated if rule or test.required]


async def decide_retest(code: str, *, digest: str, signer: Signer) -> RetestDecided:
    """A third person signs what the retest says: passed, the lot and its rolls are usable until the next date; failed,
    what is left of them is rejected, and the hold on what was made of them stays. `digest`: of what was shown."""
    async with act(Tag.RETEST_DECIDE, actor=signer.actor, subject=code) as this:
        lot = await lot_by_code(code)
        running = await running_retest(lot.id)
        if running is None:
            raise NotFound(code)
        rolls = [roll.id for roll in await rolls_of(lot.id)]
        units = await lock_units([lot.id, *rolls])
        sheet = await locked_sheet(running)
        passed = sheet.verdict.outcome is Outcome.PASS
        decision = Decision.ACCEPTED if passed else Decision.REJECTED
        reasons = signer.actor.lacks(Role.QUALITY)
        row = sheet.inspection
        reasons += decision_blockers(row.code, row.state, sheet.verdict.outcome, decision)
        reasons += person_blockers(
            signer.account.id, analysts=sheet.analysts, reviewer=row.reviewer, reviewer_name=row.reviewer_name
        )
        if passed:
            reasons += held_reasons(units[lot.id])
        first = await _unfinished(lot, units[lot.id].state) if not passed else None
        if first is not None:
            reasons += _together(first, signer)
        refuse(_("Retest not decided"), each_once(reasons))
        due = await _next(lot, sheet)
        usable = None if due is None else rules.usable_day(due, lot.expires_on)
        shown = rules.retest_content(code, running, sheet.verdict, usable)
        if digest != content_digest(shown):
            raise Stale(_("Retest not decided"))
        meaning = Meaning.APPROVED if passed else Meaning.REJECTED
        signature = await sign(signer, meaning, subject=code, content={**shown, "decision": decision})
        await decide_inspection(running, decision=decision, signature=signature, signer=signer)
        if not passed:
            left = [unit.id for unit in units.values() if unit.state in rules.RETESTED]
            why = str(_("Retest {code} failed: {tests}", code=running, tests=failed_tests(sheet)))
            await set_states(left, UnitState.REJECTED, actor=signer.actor, reason=why)
            if first is not None:
                await _reject_conditional(lot, first, why, signature, signer)
        if due is not None and usable is not None:
            await sql.execute(
                "UPDATE trace_unit SET usable_until = $2 WHERE id = ANY($1::bigint[])",
                [lot.id, *rolls],
                end_of_day(usable),
            )
            await _keep(lot.id, due, row.id, signer.actor)
        await this.record(
            subject=code,
            before={"usable_until": units[lot.id].usable_until, "state": units[lot.id].state},
            after={
                "inspection": running,
                "decision": decision,
                "usable_until": usable,
                "state": units[lot.id].state if passed else UnitState.REJECTED,
            },
        )
        return RetestDecided(code, sheet.verdict.outcome, usable)


async def _unfinished(lot: LotRow, state: UnitState) -> Sheet | None:
    """The incoming inspection of a conditionally released lot: it ends with the lot, and waits for nobody after it."""
    return await locked_sheet(lot.inspection) if state is UnitState.CONDITIONAL and lot.inspection else None


def _together(first: Sheet, signer: Signer) -> list[Reason]:
    row = first.inspection
    return decision_blockers(
        row.code, row.state, first.verdict.outcome, Decision.REJECTED, otherwise_known=True
    ) + person_blockers(
        signer.account.id, analysts=first.analysts, reviewer=row.reviewer, reviewer_name=row.reviewer_name
    )


async def _reject_conditional(lot: LotRow, first: Sheet, why: str, signature: int, signer: Signer) -> None:
    """What its conditional release left open is decided too: the lot was never more than that."""
    await decide_inspection(
        first.inspection.code, decision=Decision.REJECTED, signature=signature, signer=signer, otherwise_known=True
    )
    await sql.execute(
        "UPDATE lot SET decision = $2, decision_reason = $3, decided_by = $4, decided_at = maskqms_now(),"
        " signature = $5 WHERE id = $1 AND decision = 'conditional'",
        lot.id,
        LotDecision.REJECT,
        why,
        signer.account.id,
        signature,
    )


async def _next(lot: LotRow, sheet: Sheet) -> date | None:
    """The next date, counted from the day the retest was finished; none when it failed or no interval is set."""
    rule = await retest_rule(lot.material)
    tested = sheet.inspection.entered_at
    if rule is None or tested is None or sheet.verdict.outcome is not Outcome.PASS:
        return None
    return rules.next_due(local(tested).date(), rule.days)


async def shown_retest(lot: LotRow, sheet: Sheet) -> tuple[dict[str, object], date | None]:
    """What the dialog shows and the signature covers."""
    due = await _next(lot, sheet)
    usable = None if due is None else rules.usable_day(due, lot.expires_on)
    return rules.retest_content(lot.code, sheet.inspection.code, sheet.verdict, usable), usable


async def _keep(lot_id: int, due: date, inspection: int | None, actor: Actor) -> None:
    await sql.execute(
        "INSERT INTO lot_retest (lot, due_on, inspection, set_by, set_at) VALUES ($1, $2, $3, $4, maskqms_now())",
        lot_id,
        due,
        inspection,
        actor.name,
    )
