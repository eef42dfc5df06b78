"""Releasing and rejecting a lot: a third person, nothing against the verdict, exactly one winner."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Refused, Stale
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.states import Decision, InspectionState
from maskqms.materials.actions.decide import Decided, decide_lot
from maskqms.materials.queries.lots import lot_by_code, lots, rolls_of
from maskqms.materials.states import LotDecision
from maskqms.quality.actions import open_deviation
from maskqms.quality.queries import open_deviations
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.units import set_state
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind, UnitState
from tests.conftest import Clock, People
from tests.make import materials as make


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def test_a_lot_that_passed_is_released_with_all_its_rolls(people: People) -> None:
    lot = await make.released(people, expires_on=date(2027, 5, 1))
    assert (lot.state, lot.decision, lot.decider_name) == (UnitState.RELEASED, LotDecision.RELEASE, "陈质量")
    assert {roll.state for roll in await rolls_of(lot.id)} == {UnitState.RELEASED}
    assert lot.inspection is not None
    sheet = await inspection(lot.inspection)
    assert (sheet.state, sheet.decision) == (InspectionState.DECIDED, Decision.ACCEPTED)
    signed = (await signatures_of(lot.code))[-1]
    assert signed.content["decision"] == "release"
    assert signed.content["tests"][0]["test"] == "GSM"


async def test_an_untested_lot_is_not_released(people: People) -> None:
    made = await make.received(people)
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot)
    assert codes(refused) == {"inspection.not_reviewed", "inspection.verdict", "lot.own_test"}


async def test_a_failed_lot_is_rejected_for_good(people: People) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection, bad={"PFE": "94.9"})
    assert len(await open_deviations([(await lot_by_code(made.lot)).id])) == 1
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot)
    assert codes(refused) == {"inspection.verdict", "lot.own_test"}
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot, LotDecision.REJECT)
    assert codes(refused) == {"reason.missing"}
    await make.decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    assert {roll.state for roll in await rolls_of((await lot_by_code(made.lot)).id)} == {UnitState.REJECTED}
    for decision in (LotDecision.RELEASE, LotDecision.REJECT):
        with pytest.raises(Refused) as refused:
            await make.decide(people, made.lot, decision, who="quality2", reason="再看")
        assert "lot.decided" in codes(refused)


async def test_rejecting_what_passed_needs_an_open_deviation(people: People) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot, LotDecision.REJECT, reason="包装破损")
    assert codes(refused) == {"inspection.verdict"}
    await open_deviation(unit=made.lot, title="运输淋雨", description="外包装全部湿透", actor=people.warehouse)
    await make.decide(people, made.lot, LotDecision.REJECT, reason="运输淋雨")


@pytest.mark.parametrize(
    ("who", "code"),
    [("inspector", "person.analyst"), ("inspector2", "person.reviewer"), ("manager", "actor.role")],
)
async def test_only_a_third_person_of_quality_decides(people: People, who: str, code: str) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot, who=who)
    assert code in codes(refused)
    assert (await lot_by_code(made.lot)).state is UnitState.QUARANTINE


async def test_of_quality_who_tested_or_reviewed_none_decides(people: People) -> None:
    made = await make.received(people)
    await enter_result(made.inspection, test="PFE", specimen=1, value="96", actor=people.quality)
    await make.filled_rest(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot, who="quality")
    assert codes(refused) == {"person.analyst"}
    await make.decide(people, made.lot, who="quality2")


async def test_of_two_who_decide_at_once_exactly_one_wins(people: People) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection)
    answers = await asyncio.gather(
        *(make.decide(people, made.lot, who=who) for who in ("quality", "quality2", "quality", "quality2")),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Decided) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert await sql.fetch_value("SELECT count(*) FROM signature WHERE meaning = 'released'") == 1
    assert await sql.fetch_value("SELECT count(*) FROM unit_state_change WHERE after = 'released'") == 5


async def test_what_was_shown_is_what_is_signed(people: People) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection)
    with pytest.raises(Stale):
        await decide_lot(made.lot, decision=LotDecision.RELEASE, digest="0" * 64, signer=await people.signer("quality"))


async def test_expired_or_held_goods_are_not_released(people: People, clock: Clock) -> None:
    made = await make.received(people, expires_on=date(2026, 11, 22))
    await make.inspected(people, made.inspection)
    await place_hold(unit=f"{made.lot}-R02", reason="受潮", actor=people.quality)
    await clock.set("2026-11-23T00:00+08:00")
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot)
    assert codes(refused) == {"unit.held", "unit.expired"}


async def test_a_roll_scrapped_in_quarantine_stays_scrapped(people: People) -> None:
    made = await make.received(people)
    scrapped = await unit_by_code(f"{made.lot}-R01")
    async with act(Tag.UNIT_MOVE, actor=people.warehouse):
        await record_movement(scrapped.id, kind=MovementKind.SCRAP, quantity=Decimal(500), actor=people.warehouse)
        await set_state(scrapped.id, UnitState.SCRAPPED, actor=people.warehouse)
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    states = [roll.state for roll in await rolls_of((await lot_by_code(made.lot)).id)]
    assert states == [UnitState.SCRAPPED, *[UnitState.RELEASED] * 3]


async def test_a_sheet_with_holes_is_not_finished_and_the_lot_waits(people: People) -> None:
    made = await make.received(people)
    with pytest.raises(Refused):
        await finish_entry(made.inspection, actor=people.inspector)
    listed = (await lots(state=UnitState.QUARANTINE)).rows
    assert [(row.code, row.inspection_state, row.rolls, row.on_hand) for row in listed] == [
        (made.lot, InspectionState.OPEN, 4, Decimal(2000))
    ]
