"""When the trust in a material begins and how it ends: dates run from the release, a failed retest rejects what is
left, a regrade begins anew, and no two orders of locks wait for each other."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.pick import pick_unit
from maskqms.db import sql
from maskqms.db.clock import end_of_day, now
from maskqms.dispositions.actions.give_back import return_goods
from maskqms.dispositions.actions.regrade import decide_regrade, request_regrade
from maskqms.dispositions.queries.goods import rejected_of
from maskqms.dispositions.queries.records import regrade
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Decision, InspectionState
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.actions.conditions import record_readings, set_storage_limits
from maskqms.materials.actions.locations import put_away
from maskqms.materials.actions.parting import inspect_rolls
from maskqms.materials.actions.retest import decide_retest, open_retest, set_retest_rule, shown_retest
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.queries.retests import retests_of
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.states import LotDecision, SourceChangeKind
from maskqms.trace.actions.holds import lift_hold
from maskqms.trace.queries.units import unit_by_code, unit_by_id
from maskqms.trace.rules import usable_blockers
from maskqms.trace.states import UnitState
from tests.conftest import Clock, People
from tests.make import batches, warehouse
from tests.make import lab as make_lab
from tests.make import materials as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def waiting(people: People, *, days: int = 30, life: int | None = 365) -> make.Received:
    """A lot in quarantine, received on 10 January, of a material that is tested again after so many days."""
    where = await make.source(people, storage_life_days=life)
    await set_retest_rule(where.material, days=days, tests=["PFE"], actor=people.quality)
    return await make.receive_lot(
        supplier=where.supplier,
        material=where.material,
        receipt=make.receipt(made_on=date(2026, 1, 5)),
        actor=people.warehouse,
    )


async def failed_retest(people: People, lot: LotRow, value: str = "94.9") -> str:
    code = await open_retest(lot.code, actor=people.inspector)
    for specimen in range(1, 6):
        await enter_result(code, test="PFE", specimen=specimen, value=value, actor=people.inspector)
    await finish_entry(code, actor=people.inspector)
    await make_lab.review(code, people)
    return code


async def decide(people: People, lot: LotRow, code: str, who: str) -> None:
    content, _usable = await shown_retest(lot, await sheet(code))
    await decide_retest(lot.code, digest=content_digest(content), signer=await people.signer(who))


async def test_no_retest_date_runs_in_quarantine_and_the_first_counts_from_the_inspection(
    people: People, clock: Clock
) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await waiting(people)
    lot = await lot_by_code(made.lot)
    assert await retests_of(lot.id) == []
    await clock.set("2026-03-01T10:00+08:00")
    await make.inspected(people, made.inspection)
    await clock.set("2026-03-05T10:00+08:00")
    await make.decide(people, made.lot)
    due = date(2026, 3, 31)
    assert [(row.due_on, row.inspection) for row in await retests_of(lot.id)] == [(due, made.inspection)]
    for unit in (lot.id, *(roll.id for roll in await rolls_of(lot.id))):
        assert (await unit_by_id(unit)).usable_until == end_of_day(due)
    await clock.set("2026-04-01T10:00+08:00")
    assert [one.code for one in usable_blockers(await unit_by_id(lot.id), await now())] == ["unit.expired"]


async def test_the_storage_life_is_longer_than_no_date(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await waiting(people, days=90, life=20)
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    lot = await lot_by_code(made.lot)
    assert lot.expires_on == date(2026, 1, 25)
    assert (await unit_by_id(lot.id)).usable_until == end_of_day(date(2026, 1, 25))


async def test_the_date_of_a_conditional_release_stands_when_the_last_result_comes(
    people: People, clock: Clock
) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    where = await make.source(people)
    await set_retest_rule(where.material, days=30, tests=["PFE"], actor=people.quality)
    made = await make.receive_lot(
        supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=people.warehouse
    )
    await make.entered_but(people, made.inspection, "WIDTH")
    await make.condition(people, made.lot)
    lot = await lot_by_code(made.lot)
    assert [row.due_on for row in await retests_of(lot.id)] == [date(2026, 2, 9)]
    await clock.set("2026-01-20T10:00+08:00")
    await make.entered_rest(people, made.inspection)
    await finish_entry(made.inspection, actor=people.inspector)
    await make.reviewed(people, made.inspection)
    await make.decide(people, made.lot)
    assert [row.due_on for row in await retests_of(lot.id)] == [date(2026, 2, 9)]


async def test_a_failed_retest_rejects_what_is_left_by_a_third_person(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await waiting(people)
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    lot = await lot_by_code(made.lot)
    code = await failed_retest(people, lot)
    assert (await unit_by_id(lot.id)).state is UnitState.RELEASED
    for who, reasons in (
        ("inspector", {"actor.role", "person.analyst"}),
        ("inspector2", {"actor.role", "person.reviewer"}),
    ):
        with pytest.raises(Refused) as refused:
            await decide(people, lot, code, who)
        assert codes(refused) == reasons
    await decide(people, lot, code, "quality")
    assert (await inspection(code)).decision is Decision.REJECTED
    rolls = await rolls_of(lot.id)
    assert {roll.state for roll in rolls} == {UnitState.REJECTED}
    assert (await unit_by_id(lot.id)).state is UnitState.REJECTED
    goods = await rejected_of(lot.code)
    assert [one.code for one in goods] == [roll.code for roll in rolls]
    assert all(code in str(one.why) for one in goods), "the reason names the retest"
    assert all([usable_blockers(await unit_by_id(roll.id), await now()) for roll in rolls])
    with pytest.raises(Refused) as refused:
        await open_retest(lot.code, actor=people.inspector)
    assert codes(refused) == {"retest.state"}
    await return_goods(
        [roll.code for roll in rolls], waybill="SF-1", carrier="顺丰", reason="复检不合格", actor=people.warehouse
    )
    assert {roll.on_hand for roll in await rolls_of(lot.id)} == {Decimal(0)}


async def test_a_lifted_hold_does_not_bring_back_what_failed_its_retest(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await waiting(people)
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    batch = (await batches.make_started(people)).code
    lot = await lot_by_code(made.lot)
    code = await failed_retest(people, lot)
    (hold,) = [row["code"] for row in await sql.fetch("SELECT code FROM hold WHERE state = 'active'")]
    await lift_hold(hold, reason="误放", signer=await people.signer("quality2"))
    for act in (
        issue_unit(batch=batch, code=f"{lot.code}-R01", quantity=Decimal(1), actor=people.operator),
        pick_unit(batch=batch, code=f"{lot.code}-R01", location="Q-01", actor=people.warehouse),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert "lot.test_failed" in codes(refused)
        assert any(code in str(reason.text) for reason in refused.value.reasons)


async def test_a_regraded_lot_has_a_date_of_its_own_within_the_old_life(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.failed(people)
    await make.decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    lower = await make.lower_grade(people)
    await set_retest_rule(lower.code, days=40, tests=["PFE"], actor=people.quality)
    code = await request_regrade(f"{made.lot}-R02", material=lower.code, reason="可用于低等级", actor=people.inspector)
    row = await regrade(code)
    done = await decide_regrade(
        code, approve=True, reason="", digest=content_digest(row.content), signer=await people.signer("quality")
    )
    new = await lot_by_code(str(done.lot_code))
    old = await lot_by_code(made.lot)
    assert new.expires_on == old.expires_on
    assert await retests_of(new.id) == []
    await clock.set("2026-01-12T10:00+08:00")
    await make.inspected(people, str(new.inspection), bad={"PFE": "94.9"})
    await make.decide(people, new.code)
    assert [row.due_on for row in await retests_of(new.id)] == [date(2026, 2, 21)]
    assert await retests_of(old.id) == []


async def test_what_an_open_change_limits_does_not_become_another_material(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    where = await make.source(people)
    change = await report_source_change(
        where.supplier,
        material=where.material,
        kind=SourceChangeKind.GRADE,
        description="换树脂牌号",
        actor=people.quality,
    )
    made = await make.receive_lot(
        supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=people.warehouse
    )
    await make.inspected(people, made.inspection, bad={"PFE": "94.9"})
    await make.decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    lower = await make.lower_grade(people)
    with pytest.raises(Refused) as refused:
        await request_regrade(f"{made.lot}-R01", material=lower.code, reason="可用于低等级", actor=people.inspector)
    assert codes(refused) == {"regrade.changed_source"}
    await make.change_decided(people, change)
    await request_regrade(f"{made.lot}-R01", material=lower.code, reason="可用于低等级", actor=people.inspector)


async def test_the_sheets_of_rolls_end_with_the_decision_on_the_whole_lot(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    made = await make.failed(people)
    opened = await inspect_rolls(made.lot, rolls=[f"{made.lot}-R01", f"{made.lot}-R02"], actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    assert codes(refused) == {"inspection.not_reviewed"}
    assert len(refused.value.reasons) == 2
    await make.inspected(people, opened.inspections[0])
    await make.inspected(people, opened.inspections[1], bad={"PFE": "94.9"})
    await make.decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    for code in opened.inspections:
        row = await inspection(code)
        assert (row.state, row.decision) == (InspectionState.DECIDED, Decision.REJECTED)


async def test_a_reading_and_a_roll_brought_to_the_same_place_do_not_wait_for_each_other(
    people: People, clock: Clock
) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    lot = await make.released(people)
    await warehouse.places(people)
    await set_storage_limits(Limits(temperature_to=Decimal(30)), basis="规格书", location="Q-01", actor=people.quality)
    rolls = [roll.code for roll in await rolls_of(lot.id)]
    await put_away(lot.code, location="Q-01", actor=people.warehouse)
    start = datetime.fromisoformat("2026-01-10T11:00+08:00")
    said: set[str] = set()

    async def read(celsius: int) -> None:
        await record_readings("Q-01", [Reading(await now(), Decimal(celsius), None)], actor=people.warehouse)

    async def bring(roll: str) -> None:
        """Refused: it stands there, or the reading was first."""
        with pytest.raises(Refused) as refused:
            await put_away(roll, location="Q-01", actor=people.warehouse)
        said.update(codes(refused))

    for turn in range(10):
        await clock.set(start + timedelta(minutes=2 * turn))
        await asyncio.gather(*(bring(roll) for roll in rolls), read(35), *(bring(roll) for roll in rolls))
        assert all([(await unit_by_code(roll)).held for roll in rolls])
        for row in await sql.fetch("SELECT code FROM hold WHERE state = 'active'"):
            await lift_hold(row["code"], reason="已评估", signer=await people.signer("quality2"))
        await clock.set(start + timedelta(minutes=2 * turn + 1))
        await read(20)
    assert said <= {"location.same", "location.status", "location.excursion"}
