"""Conditional release: only while a result is missing, never after one failed, and everything made of it waits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.batches.actions.issue import issue_unit
from maskqms.db import sql
from maskqms.errors import Refused, Stale
from maskqms.i18n import in_locale
from maskqms.lab.actions.finish import finish_entry
from maskqms.materials.actions.conditional import release_conditionally
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.states import Category, LotDecision
from maskqms.quality.actions import open_deviation
from maskqms.release.queries.gate import gate
from maskqms.trace.actions.holds import lift_hold, place_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from tests.conftest import Clock, People
from tests.make import batches
from tests.make import materials as make


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def used(people: People) -> tuple[str, str]:
    """A conditionally released lot of which a running batch has a roll: lot and batch."""
    made = await make.conditional(people)
    batch = await batches.make_started(people)
    issued = await issue_unit(batch=batch.code, code=f"{made.lot}-R01", quantity=Decimal(200), actor=people.operator)
    assert issued.conditional
    return made.lot, batch.code


async def blockers(batch: str) -> dict[str, list[str]]:
    """The gate's reasons about released materials: code -> labels of the path."""
    report = await gate(batch)
    check = next(check for check in report.checks if check.code == "materials.released")
    return {f"{reason.code} {reason.path[-1].label}": [link.label for link in reason.path] for reason in check.reasons}


async def test_a_lot_that_misses_a_result_is_released_conditionally_with_its_rolls(people: People) -> None:
    made = await make.conditional(people)
    lot = await lot_by_code(made.lot)
    assert (lot.state, lot.decision, lot.decider_name) == (UnitState.CONDITIONAL, LotDecision.CONDITIONAL, "陈质量")
    assert {roll.state for roll in await rolls_of(lot.id)} == {UnitState.CONDITIONAL}
    signed = (await signatures_of(made.lot))[-1]
    assert (signed.meaning, signed.content["missing"]) == (
        "conditionally_released", [{"test": "STRENGTH_MD", "there": 0, "needed": 1}],
    )  # fmt: skip
    assert await sql.fetch_value("SELECT reason FROM conditional_release") == "停线待料，微生物结果后补"


async def test_every_batch_made_of_it_waits_and_the_way_to_the_lot_is_shown(people: People) -> None:
    lot, batch = await used(people)
    found = await blockers(batch)
    assert found[f"lot.conditional {lot}"] == [batch, f"{lot}-R01", lot]
    assert found[f"roll.conditional {lot}-R01"] == [batch, f"{lot}-R01"]


async def test_when_the_result_passed_the_lot_is_released_and_the_batch_waits_no_more(people: People) -> None:
    lot, batch = await used(people)
    inspection = str((await lot_by_code(lot)).inspection)
    with pytest.raises(Refused) as refused:
        await make.decide(people, lot)
    assert codes(refused) == {"inspection.not_reviewed", "inspection.verdict"}
    await make.filled_rest(people, inspection)
    assert await blockers(batch) != {}
    await make.decide(people, lot)
    row = await lot_by_code(lot)
    assert (row.state, row.decision) == (UnitState.RELEASED, LotDecision.RELEASE)
    assert {roll.state for roll in await rolls_of(row.id)} == {UnitState.RELEASED}
    assert await blockers(batch) == {}
    assert [s.meaning for s in await signatures_of(lot)] == ["conditionally_released", "released"]


async def test_a_result_that_fails_holds_at_once_what_was_made_and_the_lot_is_rejected(people: People) -> None:
    lot, batch = await used(people)
    inspection = str((await lot_by_code(lot)).inspection)
    await make.entered_rest(people, inspection, "1")
    await finish_entry(inspection, actor=people.inspector)
    for code in (lot, f"{lot}-R01", f"{lot}-R04", batch):
        assert (await unit_by_code(code)).holds == ("HD-20261121-001",), code
    await make.reviewed(people, inspection)
    await make.decide(people, lot, LotDecision.REJECT, reason="断裂强力不合格")
    found = await blockers(batch)
    assert set(found) == {f"lot.not_released {lot}", f"roll.not_released {lot}-R01"}
    assert {roll.state for roll in await rolls_of((await lot_by_code(lot)).id)} == {UnitState.REJECTED}
    assert (await unit_by_code(batch)).held
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch, code=f"{lot}-R02", actor=people.operator)
    assert {"unit.not_released", "unit.held", "batch.held"} <= codes(refused)


async def test_one_rejected_for_another_cause_is_held_by_the_rejection_itself(people: People) -> None:
    lot, batch = await used(people)
    await open_deviation(unit=lot, title="供方召回", description="供方来函召回该批", actor=people.quality)
    await make.filled_rest(people, str((await lot_by_code(lot)).inspection))
    assert not (await unit_by_code(batch)).held
    await make.decide(people, lot, LotDecision.REJECT, reason="供方召回")
    assert (await unit_by_code(batch)).held
    assert (await unit_by_code(f"{lot}-R03")).held


async def test_a_rejection_holds_even_what_another_hold_stops_already(people: People) -> None:
    """The other hold may be lifted, for its own cause is gone; what was made of a rejected lot stays stopped."""
    lot, batch = await used(people)
    other = await place_hold(unit=lot, reason="盘点差异", actor=people.quality)
    await open_deviation(unit=lot, title="供方召回", description="供方来函召回该批", actor=people.quality)
    await make.filled_rest(people, str((await lot_by_code(lot)).inspection))
    await make.decide(people, lot, LotDecision.REJECT, reason="供方召回")
    await lift_hold(other.hold.code, reason="差异已查明", signer=await people.signer("quality2"))
    assert (await unit_by_code(batch)).held


async def test_a_failed_result_or_a_bad_value_so_far_refuses_it(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.entered_but(people, made.inspection, "APPEAR", bad={"RES": "40"})
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot)
    assert codes(refused) == {"conditional.failed"}
    assert "RES（气流阻力）超出限值 <= 35：40" in words(refused, "zh")
    assert "is out of its limit <= 35: 40" in words(refused, "en")


async def test_a_key_material_is_not_used_before_its_own_filtration_test(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.entered_but(people, made.inspection, "PFE")
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot)
    assert codes(refused) == {"lot.own_test"}
    assert "过滤" in words(refused, "zh")


async def test_nothing_missing_is_no_case_for_it(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.inspected(people, made.inspection)
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot, reason=" ")
    assert codes(refused) == {"conditional.complete", "reason.missing"}
    assert "没有缺项：请复核，再将整批放行或判不合格。" in words(refused, "zh")
    assert "Nothing is missing: review it, then release or reject the lot." in words(refused, "en")


async def test_held_expired_and_decided_goods_are_refused_with_every_reason(people: People, clock: Clock) -> None:
    made = await make.received(people, few=make.FEW, expires_on=date(2026, 11, 22))
    await make.entered_but(people, made.inspection, "STRENGTH_MD")
    await place_hold(unit=f"{made.lot}-R02", reason="受潮", actor=people.quality)
    await clock.set("2026-11-23T00:00+08:00")
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot)
    assert codes(refused) == {"unit.held", "unit.expired"}


async def test_only_a_person_of_quality_who_did_not_test_and_only_once(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.entered_but(people, made.inspection, "STRENGTH_MD")
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot, who="inspector")
    assert codes(refused) == {"actor.role", "person.analyst"}
    await make.condition(people, made.lot)
    with pytest.raises(Refused) as refused:
        await make.condition(people, made.lot, who="quality2")
    assert codes(refused) == {"lot.decided"}


async def test_what_was_shown_is_what_is_signed(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    await make.entered_but(people, made.inspection, "STRENGTH_MD")
    with pytest.raises(Stale):
        await release_conditionally(made.lot, reason="停线待料", digest="0" * 64, signer=await people.signer("quality"))


async def test_another_category_may_wait_for_any_test(people: People) -> None:
    made = await make.received_as(people, Category.SPUNBOND, "M-SB-30")
    await make.entered_but(people, made.inspection, "GSM")
    await make.condition(people, made.lot)
    assert (await lot_by_code(made.lot)).state is UnitState.CONDITIONAL
