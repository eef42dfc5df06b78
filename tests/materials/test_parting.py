"""Part rejection: rolls of a failed lot are inspected one by one; a failed plan never becomes a passed one."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.lab.plan import Plan, planned
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Decision, Outcome
from maskqms.materials.actions.parting import Parted, inspect_rolls
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.rules.parting import own_sheet_blockers, roll_plan
from maskqms.materials.states import LotDecision
from maskqms.quality.actions import open_deviation
from maskqms.standards.limits import Kind, read_limit
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from tests.conftest import Clock, People
from tests.make import lab as make_lab
from tests.make import materials as make


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def test_the_good_rolls_are_released_and_the_bad_one_rejected(people: People) -> None:
    made = await make.parted(people)
    lot = await lot_by_code(made.lot)
    assert (lot.decision, lot.standing, lot.state) == (LotDecision.PART, LotDecision.PART, UnitState.RELEASED)
    rolls = await rolls_of(lot.id)
    assert [roll.state for roll in rolls] == [
        UnitState.RELEASED, UnitState.REJECTED, UnitState.RELEASED, UnitState.RELEASED,
    ]  # fmt: skip
    whole = await inspection(made.inspection)
    assert (whole.outcome, whole.decision) == (Outcome.FAIL, Decision.REJECTED)
    own = [await inspection(str(roll.inspection)) for roll in rolls]
    assert [row.decision for row in own] == [
        Decision.ACCEPTED, Decision.REJECTED, Decision.ACCEPTED, Decision.ACCEPTED,
    ]  # fmt: skip
    signed = (await signatures_of(made.lot))[-1].content
    assert (signed["decision"], signed["rejected"]) == ("part", [f"{made.lot}-R02"])
    assert [one["outcome"] for one in signed["rolls"]] == ["pass", "fail", "pass", "pass"]


async def test_a_roll_of_a_failed_lot_is_not_released_without_a_sheet_of_its_own(people: People) -> None:
    made = await make.failed(people)
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R02")
    assert codes(refused) == {"part.untested"}
    assert len(refused.value.reasons) == 3
    assert f"{made.lot}-R01 将被放行，但整批不合格后没有单独检验过。" in words(refused, "zh")
    assert "it was not inspected by itself after the lot failed" in words(refused, "en")


async def test_a_roll_whose_own_sheet_failed_or_waits_is_not_released(people: People) -> None:
    made = await make.failed(people)
    rolls = [f"{made.lot}-R0{n}" for n in (1, 2, 3)]
    opened = await inspect_rolls(made.lot, rolls=rolls, actor=people.inspector)
    await make.inspected(people, opened.inspections[0], bad={"RES": "40"})
    await make.inspected(people, opened.inspections[1])
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R04")
    assert codes(refused) == {"part.failed", "inspection.not_reviewed"}
    assert "its own inspection" in words(refused, "en")


async def test_a_lot_is_not_released_over_a_roll_whose_own_sheet_failed(people: People) -> None:
    """An investigation may make the lot's own sheet a passed one afterwards."""
    made = await make.failed(people)
    opened = await inspect_rolls(made.lot, rolls=[f"{made.lot}-R03"], actor=people.inspector)
    await make.inspected(people, opened.inspections[0], bad={"RES": "40"})
    rolls = await rolls_of((await lot_by_code(made.lot)).id)
    reasons = own_sheet_blockers(rolls)
    assert [reason.code for reason in reasons] == ["lot.roll_failed"]
    assert f"{made.lot}-R03 已单独检验，检验 {opened.inspections[0]} 未判合格。" in str(reasons[0].text)
    assert "was inspected by itself" in reasons[0].text.in_locale("en")
    with pytest.raises(Refused) as refused:
        await make.decide(people, made.lot)
    assert "lot.roll_failed" in codes(refused)


async def test_specimens_of_each_roll_are_those_of_one_roll_on_its_own_sheet() -> None:
    facts = {"per_roll": 2, "warning": read_limit("<= 30", kind=Kind.VARIABLE), "flow": Decimal(32)}
    test = planned(make_lab.PFE.model_copy(update={"specimens": 80})).model_copy(update=facts)
    [own] = roll_plan(Plan(tests=(test,)))
    assert (own.cells, own.per_roll, own.warning, own.flow) == (2, 2, facts["warning"], Decimal(32))


async def test_a_roll_that_was_not_inspected_again_goes_with_its_lot(people: People) -> None:
    made = await make.failed(people)
    opened = await inspect_rolls(made.lot, rolls=[f"{made.lot}-R03"], actor=people.inspector)
    await make.inspected(people, opened.inspections[0])
    rest = [f"{made.lot}-R0{n}" for n in (1, 2, 4)]
    done = await make.part(people, made.lot, *rest)
    assert done == Parted(made.lot, (f"{made.lot}-R03",), tuple(rest))


async def test_the_roll_s_plan_is_the_lot_s_looked_at_whole(people: People) -> None:
    made = await make.failed(people)
    opened = await inspect_rolls(made.lot, rolls=[f"{made.lot}-R01"], actor=people.inspector)
    whole, own = (await sheet(made.inspection)).inspection, (await sheet(opened.inspections[0])).inspection
    assert [test.code for test in own.plan.tests] == [test.code for test in whole.plan.tests]
    assert own.source == whole.source
    counted = next(test.tally for test in own.plan.tests if test.code == "APPEAR")
    assert counted is not None
    assert (counted.n, counted.ac, counted.full) == (1, 0, True)


async def test_all_none_and_foreign_rolls_are_refused_with_every_reason(people: People) -> None:
    made = await make.parted_ready(people)
    every = [f"{made.lot}-R0{n}" for n in (1, 2, 3, 4)]
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, *every, reason="")
    assert codes(refused) == {"part.all", "reason.missing", "part.passed"}
    assert "没有剩下可放行的卷。 请改为整批判不合格。" in words(refused, "zh")
    assert "No roll would be left. Reject the whole lot instead." in words(refused, "en")
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R02", "ML-19990101-001-R01")
    assert codes(refused) == {"part.foreign"}
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot)
    assert codes(refused) == {"part.none", "part.failed"}


async def test_a_passed_roll_is_rejected_only_for_what_a_deviation_says_of_it(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.inspected(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R04")
    assert codes(refused) == {"part.passed"}
    assert f"{made.lot}-R04 的检验全部合格。" in words(refused, "zh")
    assert f"All tests of {made.lot}-R04 passed." in words(refused, "en")
    await open_deviation(
        unit=f"{made.lot}-R04", title="卷芯压扁", description="叉车碰撞，卷芯变形", actor=people.warehouse
    )
    done = await make.part(people, made.lot, f"{made.lot}-R04", reason="卷芯变形")
    assert len(done.released) == 3
    assert (await inspection(made.inspection)).decision is Decision.ACCEPTED


async def test_who_tested_or_reviewed_any_of_the_sheets_does_not_divide(people: People) -> None:
    made = await make.parted_ready(people)
    for who, code in (("inspector", "person.analyst"), ("inspector2", "person.reviewer")):
        with pytest.raises(Refused) as refused:
            await make.part(people, made.lot, f"{made.lot}-R02", who=who)
        assert codes(refused) == {"actor.role", code}


async def test_a_held_roll_is_not_released_but_may_be_rejected(people: People) -> None:
    made = await make.parted_ready(people)
    await place_hold(unit=f"{made.lot}-R03", reason="受潮", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R02")
    assert codes(refused) == {"unit.held"}


async def test_a_lot_without_rolls_is_decided_whole(people: People) -> None:
    made = await make.failed(people, rolls=())
    with pytest.raises(Refused) as refused:
        await make.part(people, made.lot, f"{made.lot}-R01")
    assert codes(refused) == {"part.loose", "part.foreign"}
    assert "这样的批只能整批放行或整批判不合格。" in words(refused, "zh")
    assert "Such a lot is released or rejected as a whole." in words(refused, "en")


async def test_rolls_are_inspected_one_by_one_only_after_a_failure_and_once(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.inspected(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await inspect_rolls(made.lot, rolls=[f"{made.lot}-R01"], actor=people.operator)
    assert codes(refused) == {"actor.role", "sort.not_failed"}
    assert "整批不合格后才逐卷检验。" in words(refused, "zh")
    assert "Rolls are inspected one by one when the lot failed as a whole." in words(refused, "en")


async def test_of_two_who_open_the_same_roll_s_sheet_exactly_one_does(people: People) -> None:
    made = await make.failed(people)
    answers = await asyncio.gather(
        *(inspect_rolls(made.lot, rolls=[f"{made.lot}-R01"], actor=people.inspector) for _n in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    assert await sql.fetch_value("SELECT count(*) FROM inspection WHERE title LIKE '%-R01'") == 1


async def test_of_two_who_divide_at_once_exactly_one_does(people: People) -> None:
    made = await make.parted_ready(people)
    answers = await asyncio.gather(
        make.part(people, made.lot, f"{made.lot}-R02"),
        make.part(people, made.lot, f"{made.lot}-R02", who="quality2"),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Parted", "Refused"]
    assert (await unit_by_code(f"{made.lot}-R02")).state is UnitState.REJECTED
