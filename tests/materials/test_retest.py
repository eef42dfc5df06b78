"""Meltblown ages: the retest date ends its use, a passed retest prolongs it, a failed one holds what was made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db.clock import now, today
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.investigate import open_investigation
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Decision, InspectionState, Outcome, Purpose
from maskqms.materials.actions.retest import decide_retest, open_retest, set_retest_rule, shown_retest
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.queries.retests import lots_to_retest, retests_of, running_retest
from maskqms.quality.queries import deviation_from
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.holds import hold_by_code
from maskqms.trace.queries.units import unit_by_id
from maskqms.trace.rules import usable_blockers
from maskqms.trace.states import MovementKind
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import investigations as make_investigations
from tests.make import lab as make_lab
from tests.make import materials as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def aged(people: People, *, days: int = 90, life: int | None = 365) -> LotRow:
    """A released lot of a material that is tested again after so many days."""
    where = await make.source(people, storage_life_days=life)
    await set_retest_rule(where.material, days=days, tests=["PFE"], actor=people.quality)
    made = await make.receive_lot(
        supplier=where.supplier,
        material=where.material,
        receipt=make.receipt(made_on=await today()),
        actor=people.warehouse,
    )
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    return await lot_by_code(made.lot)


async def retested(people: People, code: str, value: str) -> str:
    """The lot's retest, every specimen with that value, entered and finished."""
    inspection_code = await open_retest(code, actor=people.inspector)
    for specimen in range(1, 6):
        await enter_result(inspection_code, test="PFE", specimen=specimen, value=value, actor=people.inspector)
    await finish_entry(inspection_code, actor=people.inspector)
    return inspection_code


async def decide(people: People, lot: LotRow, code: str, who: str = "quality") -> date | None:
    content, _usable = await shown_retest(lot, await sheet(code))
    done = await decide_retest(lot.code, digest=content_digest(content), signer=await people.signer(who))
    return done.usable_until


async def test_a_lot_past_its_retest_date_is_not_usable_until_a_retest_passed(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    lot = await aged(people)
    assert [row.due_on for row in await retests_of(lot.id)] == [date(2026, 4, 10)]
    roll = (await rolls_of(lot.id))[0]
    assert not usable_blockers(await unit_by_id(roll.id), await now())
    await clock.set("2026-04-11T00:01+08:00")
    for unit in (lot.id, roll.id):
        assert [one.code for one in usable_blockers(await unit_by_id(unit), await now())] == ["unit.expired"]
    code = await retested(people, lot.code, "96.2")
    assert (await inspection(code)).purpose is Purpose.RETEST
    await make_lab.review(code, people)
    assert await decide(people, lot, code) == date(2026, 7, 10)
    for unit in (lot.id, roll.id):
        assert not usable_blockers(await unit_by_id(unit), await now())
    assert [(row.due_on, row.inspection) for row in await retests_of(lot.id)] == [
        (date(2026, 7, 10), code), (date(2026, 4, 10), lot.inspection),
    ]  # fmt: skip
    assert (await inspection(code)).decision is Decision.ACCEPTED


async def test_a_retest_never_reaches_over_the_storage_life(people: People, clock: Clock) -> None:
    await clock.set("2026-01-10T10:00+08:00")
    lot = await aged(people, days=90, life=120)
    code = await retested(people, lot.code, "97")
    await make_lab.review(code, people)
    await clock.set("2026-03-10T10:00+08:00")
    assert await decide(people, lot, code) == date(2026, 4, 10)
    code = await retested(people, lot.code, "97")
    await make_lab.review(code, people)
    assert await decide(people, lot, code) == lot.expires_on == date(2026, 5, 10)
    await clock.set("2026-05-11T10:00+08:00")
    with pytest.raises(Refused) as refused:
        await open_retest(lot.code, actor=people.inspector)
    assert codes(refused) == {"retest.expired"}
    with in_locale("zh"):
        assert "复检不能延长" in str(refused.value.reasons[0].text)
    with in_locale("en"):
        assert "a retest cannot prolong it" in str(refused.value.reasons[0].text)


async def test_a_failing_retest_holds_the_lot_and_its_descendants_as_it_is_finished(people: People) -> None:
    lot = await aged(people)
    code = await retested(people, lot.code, "94.9")
    rolls = await rolls_of(lot.id)
    held = [await unit_by_id(lot.id), *[await unit_by_id(roll.id) for roll in rolls]]
    assert all(unit.held for unit in held)
    hold = await hold_by_code(held[0].holds[0])
    assert {unit.holds for unit in held} == {(hold.code,)}
    assert code in hold.reason
    assert "94.9" in hold.reason
    await make_lab.review(code, people)
    before = (await unit_by_id(lot.id)).usable_until
    assert await decide(people, lot, code) is None
    assert (await unit_by_id(lot.id)).usable_until == before
    assert (await inspection(code)).decision is Decision.REJECTED
    assert await running_retest(lot.id) is None


async def test_a_retest_that_fails_by_its_investigation_holds_what_a_failing_finish_would(people: People) -> None:
    lot = await aged(people)
    code = await retested(people, lot.code, "95.5")
    roll = (await rolls_of(lot.id))[0]
    assert not (await unit_by_id(roll.id)).held
    found = await open_investigation(code, test="PFE", why="读数集中得可疑", actor=people.inspector)
    await make_investigations.check(found.code, people)
    await make_investigations.approve(found.code, people, specimens=(1,))
    await make_investigations.repeat(found.code, people, values=("91",))
    await make_investigations.conclude(found.code, people)
    row = await inspection(code)
    assert (row.state, row.outcome) == (InspectionState.ENTERED, Outcome.FAIL)
    held = await unit_by_id(roll.id)
    assert held.held
    assert "复检" in (await hold_by_code(held.holds[0])).reason
    assert await deviation_from(code) is not None


async def test_a_failing_finish_that_is_refused_holds_nothing(people: People) -> None:
    lot = await aged(people)
    code = await open_retest(lot.code, actor=people.inspector)
    await enter_result(code, test="PFE", specimen=1, value="90", actor=people.inspector)
    with pytest.raises(Refused):
        await finish_entry(code, actor=people.warehouse)
    assert not (await unit_by_id(lot.id)).held
    await finish_entry(code, actor=people.inspector)
    assert (await unit_by_id(lot.id)).held


async def test_of_two_who_open_a_retest_at_once_one_does(people: People) -> None:
    lot = await aged(people)
    done = await asyncio.gather(
        *(open_retest(lot.code, actor=who) for who in (people.inspector, people.inspector2)), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, Refused)]
    assert [[reason.code for reason in one.reasons] for one in refused] == [["retest.running"]]
    with in_locale("zh"):
        assert "尚未判定" in str(refused[0].reasons[0].text)
    with in_locale("en"):
        assert "is not decided yet" in str(refused[0].reasons[0].text)


async def test_who_may_not_and_when_it_makes_no_sense(people: People) -> None:
    made = await make.received(people)
    with pytest.raises(Refused) as refused:
        await open_retest(made.lot, actor=people.warehouse)
    assert codes(refused) == {"actor.role", "retest.state"}
    with in_locale("zh"):
        assert "只有已放行的批" in str(refused.value.reasons[-1].remedy)
    with in_locale("en"):
        assert "Only a released lot" in str(refused.value.reasons[-1].remedy)
    with pytest.raises(Refused) as refused:
        await set_retest_rule("M-MB-25", days=0, tests=["XYZ"], actor=people.inspector)
    assert codes(refused) == {"actor.role", "retest.days", "retest.test"}
    with in_locale("zh"):
        words = [str(reason.text) for reason in refused.value.reasons]
        assert any("至少一天" in word for word in words)
        assert any("XYZ" in word and "没有" in word for word in words)
    with pytest.raises(Refused) as refused:
        await set_retest_rule("M-MB-25", days=30, tests=[], actor=people.quality)
    assert codes(refused) == {"retest.no_tests"}
    with in_locale("zh"):
        assert "请至少选择一个" in str(refused.value.reasons[0].text)


async def test_a_retest_is_decided_by_a_third_person_after_the_review(people: People) -> None:
    lot = await aged(people)
    code = await retested(people, lot.code, "96")
    with pytest.raises(Refused) as refused:
        await decide(people, lot, code)
    assert codes(refused) == {"inspection.not_reviewed"}
    await make_lab.review(code, people, "quality")
    with pytest.raises(Refused) as refused:
        await decide(people, lot, code)
    assert codes(refused) == {"person.reviewer"}
    await decide(people, lot, code, "quality2")
    assert (await inspection(code)).state is InspectionState.DECIDED


async def test_the_worklist_takes_two_statements_whatever_its_length(
    people: People, asked: list[str], client_as: ClientAs
) -> None:
    lot = await aged(people, days=10)
    asked.clear()
    found = await lots_to_retest(page=1, size=50)
    assert len(asked) == 2
    assert [row.code for row in found.rows] == [lot.code]
    client = await client_as(people.inspector)
    page = (await client.get("/retests")).text
    assert lot.code in page
    assert "须在" in page
    assert lot.code in (await client.get("/")).text
    for unit in (lot, *await rolls_of(lot.id)):
        if unit.on_hand:
            async with act(Tag.UNIT_MOVE, actor=people.warehouse) as this:
                await record_movement(
                    unit.id, kind=MovementKind.SCRAP, quantity=unit.on_hand, actor=people.warehouse, reason="used up"
                )
                await this.record(subject=unit.code)
    assert (await lots_to_retest(page=1, size=50)).total == 0
    assert lot.code not in (await client.get("/")).text


async def test_the_pages_from_interval_to_decision(people: People, client_as: ClientAs) -> None:
    lot = await aged(people)
    quality = await client_as(people.quality)
    answer = await quality.post("/materials/M-MB-25/retest", data={"days": "0", "tests": "PFE"})
    assert answer.status_code == 422
    answer = await quality.post(
        "/materials/M-MB-25/retest", data={"days": "60", "tests": ["PFE", "RES"], "key": "rule-0001"}
    )
    assert answer.status_code == 303
    assert "每 60 天" in (await quality.get("/materials/M-MB-25/retest")).text
    analyst = await client_as(people.inspector)
    for _time in range(2):
        answer = await analyst.post(f"/lots/{lot.code}/filtration/open", data={"key": "open-retest-1"})
        assert answer.status_code == 303
    code = answer.headers["location"].rpartition("/")[2]
    await make.inspected(people, code)
    page = (await quality.get(f"/lots/{lot.code}/filtration")).text
    assert "data-chart" in page
    assert "markLine" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    signed = {"username": "quality", "password": PASSWORD, "digest": digest, "key": "decide-retest"}
    wrong = await quality.post(f"/lots/{lot.code}/filtration/decide", data={**signed, "digest": "0" * 64})
    assert wrong.status_code == 409
    assert (await quality.post(f"/lots/{lot.code}/filtration/decide", data=signed)).status_code == 303
    day = await today() + timedelta(days=60)
    assert (await retests_of(lot.id))[0].due_on == day
    assert str(day) in (await quality.get(f"/lots/{lot.code}/filtration")).text


async def test_statements_of_the_filtration_page_do_not_grow_with_the_values(
    people: People, client_as: ClientAs, asked: Callable[[], int] | list[str]
) -> None:
    lot = await aged(people)
    client = await client_as(people.quality)
    counted = []
    for _time in range(2):
        asked.clear()  # type: ignore[union-attr]
        await client.get(f"/lots/{lot.code}/filtration")
        counted.append(len(asked))  # type: ignore[arg-type]
        code = await retested(people, lot.code, "96")
        await make_lab.review(code, people)
        await decide(people, lot, code)
    assert counted[0] == counted[1]
