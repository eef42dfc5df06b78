"""What is in use and failed stays out of use until somebody decided on the sheet, whatever becomes of its hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.pick import pick_unit
from maskqms.batches.queries.stock import candidates
from maskqms.db import sql
from maskqms.db.clock import now
from maskqms.dispositions.actions.regrade import request_regrade
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Decision
from maskqms.materials.actions.retest import decide_retest, open_retest, set_retest_rule, shown_retest
from maskqms.materials.queries.lots import LotRow, lot_by_code
from maskqms.materials.queries.retests import retests_of
from maskqms.materials.states import LotDecision
from maskqms.trace.actions.holds import lift_hold
from maskqms.trace.states import UnitState
from tests.conftest import Clock, People
from tests.make import batches, warehouse
from tests.make import lab as make_lab
from tests.make import materials as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def failed_retest(people: People, lot: str) -> str:
    """A retest that was handed in as failing; it holds the lot."""
    code = await open_retest(lot, actor=people.inspector)
    for test in (await sheet(code)).inspection.plan.tests:
        for specimen in range(1, test.cells + 1):
            await enter_result(code, test=test.code, specimen=specimen, value="90", actor=people.inspector)
    await finish_entry(code, actor=people.inspector)
    return code


async def lift_all(people: People) -> None:
    for row in await sql.fetch("SELECT code FROM hold WHERE state = 'active' ORDER BY id"):
        await lift_hold(row["code"], reason="已评估在制批", signer=await people.signer("quality2"))


async def decide(people: People, lot: LotRow, code: str, who: str = "quality") -> None:
    content, _usable = await shown_retest(lot, await sheet(code))
    await decide_retest(lot.code, digest=content_digest(content), signer=await people.signer(who))


async def refused_at_the_line(people: People, batch: str, roll: str) -> set[str]:
    """What the line says, asked at the rack and at the machine; the list of the batch does not name the roll."""
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch, code=roll, quantity=Decimal(1), again=True, actor=people.operator)
    found = codes(refused)
    with pytest.raises(Refused) as refused:
        await pick_unit(batch=batch, code=roll, location="L1-IN", actor=people.operator)
    assert codes(refused) == found
    assert roll not in {one.code for one in (await candidates(["M-MB-25"], await now()))["M-MB-25"]}
    return found


async def test_a_lifted_hold_does_not_free_what_failed_its_retest(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    lot = await make.released(people, few=make.FEW)
    roll = f"{lot.code}-R01"
    await warehouse.places(people)
    batch = (await batches.make_started(people)).code
    await issue_unit(batch=batch, code=roll, quantity=Decimal(1), actor=people.operator)
    code = await failed_retest(people, lot.code)
    await lift_all(people)
    assert await refused_at_the_line(people, batch, roll) == {"lot.test_failed"}
    await make_lab.review(code, people)
    await send_back(code, reason="核对原始记录", actor=people.quality)
    assert await refused_at_the_line(people, batch, roll) == {"lot.test_failed"}, "sent back, it failed all the same"
    await finish_entry(code, actor=people.inspector)
    await make_lab.review(code, people)
    await decide(people, lot, code)
    await lift_all(people)
    assert await refused_at_the_line(people, batch, roll) == {"unit.not_released"}


async def test_a_lifted_hold_does_not_free_what_was_let_go_before_its_bad_result(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.conditional(people)
    roll = f"{made.lot}-R01"
    await warehouse.places(people)
    batch = (await batches.make_started(people)).code
    await issue_unit(batch=batch, code=roll, quantity=Decimal(1), actor=people.operator)
    await make.entered_rest(people, made.inspection, "1")
    await finish_entry(made.inspection, actor=people.inspector)
    await lift_all(people)
    assert await refused_at_the_line(people, batch, roll) == {"lot.test_failed"}


async def test_a_late_conditional_release_does_not_lengthen_the_trust_in_the_measurement(
    people: People, clock: Clock
) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.received(people, few=make.FEW)
    await set_retest_rule("M-MB-25", days=30, tests=["PFE"], actor=people.quality)
    await make.entered_but(people, made.inspection, "STRENGTH_MD")
    await clock.set("2026-01-25T10:00+08:00")
    await make.condition(people, made.lot)
    assert [row.due_on for row in await retests_of((await lot_by_code(made.lot)).id)] == [date(2026, 2, 9)]


async def test_a_retest_that_rejects_ends_the_inspection_that_a_conditional_release_left_open(
    people: People, clock: Clock
) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.conditional(people)
    lot = await lot_by_code(made.lot)
    code = await failed_retest(people, lot.code)
    await make_lab.review(code, people)
    with pytest.raises(Refused) as refused:
        await decide(people, lot, code)
    assert codes(refused) == {"inspection.not_reviewed"}
    assert (await lot_by_code(lot.code)).state is UnitState.CONDITIONAL
    await make.filled_rest(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await decide(people, lot, code, "inspector2")
    assert codes(refused) == {"actor.role", "person.reviewer"}
    await decide(people, lot, code)
    after = await lot_by_code(lot.code)
    assert (after.state, after.decision) == (UnitState.REJECTED, LotDecision.REJECT)
    assert code in str(after.decision_reason)
    assert (await inspection(made.inspection)).decision is Decision.REJECTED


async def test_what_missed_its_retest_date_can_still_become_a_lower_grade(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.received(people, few=make.FEW, expires_on=date(2026, 12, 31))
    await set_retest_rule("M-MB-25", days=30, tests=["PFE"], actor=people.quality)
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    lot = await lot_by_code(made.lot)
    await make.lower_grade(people)
    await clock.set("2026-03-01T10:00+08:00")
    code = await failed_retest(people, lot.code)
    await make_lab.review(code, people)
    await decide(people, lot, code)
    await lift_all(people)
    roll = f"{lot.code}-R01"
    await request_regrade(roll, material="M-MB-90", reason="可用于低等级", actor=people.inspector)
    await clock.set("2027-01-01T00:00+08:00")
    with pytest.raises(Refused) as refused:
        await request_regrade(f"{lot.code}-R02", material="M-MB-90", reason="可用于低等级", actor=people.inspector)
    assert codes(refused) == {"unit.expired"}
