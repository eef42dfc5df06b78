"""Material at the line: what is refused, what is drawn, and who gets the last metres (R52, R53)."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from httpx import Response

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.issue import Issued, issue_unit, return_unused
from maskqms.batches.actions.start import start_batch
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.record import issue_lines, issues_of
from maskqms.db import sql
from maskqms.errors import NotFound, Refused
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitKind, UnitState
from tests.batches.test_start import codes
from tests.conftest import Clock, People
from tests.make.batches import MELTBLOWN, SPUNBOND, clear, make_batch, make_roll, make_started


async def test_a_roll_goes_in_whole_unless_less_is_said(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1", quantity="500")
    done = await issue_unit(batch=batch.code, code="R-1", quantity=Decimal(120), actor=people.operator)
    assert (done.quantity, done.left) == (Decimal(120), Decimal(380))
    done = await issue_unit(batch=batch.code, code="R-1", again=True, actor=people.operator)
    assert (done.quantity, done.left) == (Decimal(380), Decimal(0))
    [issued] = await issues_of(batch.id)
    assert (issued.code, issued.quantity, issued.material) == ("R-1", Decimal(500), MELTBLOWN)
    assert await sql.fetch_value("SELECT sum(quantity) FROM trace_link WHERE child = $1", batch.id) == 500


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"material": "M-EL-03"}, "issue.not_in_bill"),
        ({"unit": "kg"}, "issue.unit"),
        ({"state": UnitState.QUARANTINE}, "unit.not_released"),
        ({"state": UnitState.REJECTED}, "unit.not_released"),
        ({"days": -1}, "unit.expired"),
        ({"quantity": "0"}, "issue.used_up"),
        ({"kind": UnitKind.CARTON}, "issue.not_material"),
    ],
)
async def test_a_wrong_roll_is_refused(people: People, facts: dict[str, object], code: str) -> None:
    batch = await make_started(people)
    await make_roll("R-1", **facts)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-1", actor=people.operator)
    assert codes(refused) == {code}
    assert all(reason.remedy for reason in refused.value.reasons)
    assert await issue_lines(batch.id) == []


async def test_every_reason_of_a_hopeless_scan_is_given(people: People) -> None:
    batch = await make_batch(people)
    await make_roll("R-1", "M-EL-03", state=UnitState.QUARANTINE, days=-3, quantity="0")
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-1", actor=people.inspector)
    assert codes(refused) == {
        "actor.role",
        "batch.not_in_production",
        "unit.not_released",
        "unit.expired",
        "issue.used_up",
    }


async def test_a_held_roll_is_refused_and_names_the_hold(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1")
    await place_hold(unit="R-1", reason="供应商通报", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-1", actor=people.operator)
    assert codes(refused) == {"unit.held"}


async def test_a_held_batch_takes_no_more_material(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1")
    await make_roll("R-2")
    await issue_unit(batch=batch.code, code="R-1", quantity=Decimal(100), actor=people.operator)
    await place_hold(unit="R-1", reason="供应商通报", actor=people.quality)
    assert (await batch_by_code(batch.code)).held
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-2", actor=people.operator)
    assert codes(refused) == {"batch.held"}
    await return_unused(batch=batch.code, code="R-1", quantity=Decimal(40), actor=people.operator)
    assert (await unit_by_code("R-1")).on_hand == Decimal(440)


async def test_an_unknown_code_is_not_found(people: People) -> None:
    batch = await make_started(people)
    with pytest.raises(NotFound):
        await issue_unit(batch=batch.code, code="R-404", actor=people.operator)


async def test_more_than_there_is_is_refused(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1", quantity="80")
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-1", quantity=Decimal("80.1"), actor=people.operator)
    assert codes(refused) == {"unit.not_enough"}
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-1", quantity=Decimal(0), actor=people.operator)
    assert codes(refused) == {"quantity.not_positive"}


async def scan(batch: str, code: str, key: str, actor: Actor) -> Issued:
    return await once(
        key, Issued, lambda: issue_unit(batch=batch, code=code, actor=actor), tag=Tag.BATCH_ISSUE, actor=actor
    )


async def test_the_same_request_again_gets_the_first_answer_and_a_second_scan_is_refused(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1")
    first = await scan(batch.code, "R-1", "key-number-1", people.operator)
    assert await scan(batch.code, "R-1", "key-number-1", people.operator) == first
    with pytest.raises(Refused) as refused:
        await scan(batch.code, "R-1", "key-number-2", people.operator)
    assert codes(refused) == {"issue.again"}
    assert len(await issue_lines(batch.id)) == 1


async def test_of_two_tablets_exactly_one_gets_the_last_metres(people: People) -> None:
    batches = [await make_started(people, line=line) for line in ("L1", "L2")]
    await make_roll("R-1", quantity="60")
    answers = await asyncio.gather(
        *(issue_unit(batch=batch.code, code="R-1", quantity=Decimal(40), actor=people.operator) for batch in batches),
        return_exceptions=True,
    )
    won = [answer for answer in answers if isinstance(answer, Issued)]
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    assert (len(won), len(lost)) == (1, 1)
    assert [reason.code for reason in lost[0].reasons] == ["unit.not_enough"]
    assert (await unit_by_code("R-1")).on_hand == Decimal(20)


async def test_many_scans_of_one_roll_at_once_take_it_once(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1")
    answers = await asyncio.gather(
        *(issue_unit(batch=batch.code, code="R-1", actor=people.operator) for _n in range(6)), return_exceptions=True
    )
    assert len([a for a in answers if isinstance(a, Issued)]) == 1
    assert all(a.reasons[0].code == "issue.again" for a in answers if isinstance(a, Refused))


async def test_two_tablets_start_on_one_line_and_one_wins(people: People) -> None:
    batches = [await make_batch(people, line="L1") for _n in range(2)]
    for batch in batches:
        await clear(people, batch.code)
    answers = await asyncio.gather(
        *(start_batch(batch=batch.code, actor=people.operator) for batch in batches), return_exceptions=True
    )
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    assert [reason.code for reason in lost[0].reasons] == ["line.busy"]


async def test_another_than_the_first_to_expire_needs_a_reason(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-late", days=300)
    await make_roll("R-soon", days=30)
    await make_roll("R-gone", days=-1)
    await make_roll("R-other", SPUNBOND, days=2)
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-late", actor=people.operator)
    assert codes(refused) == {"issue.not_first"}
    assert "R-soon" in str(refused.value)
    await issue_unit(batch=batch.code, code="R-late", reason="R-soon 在二号线", actor=people.operator)
    await issue_unit(batch=batch.code, code="R-soon", actor=people.operator)
    late, soon = reversed(await issue_lines(batch.id))
    assert (late.first_to_expire, late.reason) == (False, "R-soon 在二号线")
    assert (soon.first_to_expire, soon.reason) == (True, None)


async def test_a_conditionally_released_roll_goes_in_and_is_remembered(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1", state=UnitState.CONDITIONAL)
    assert (await issue_unit(batch=batch.code, code="R-1", actor=people.operator)).conditional
    [issued] = await issues_of(batch.id)
    assert issued.conditional


async def test_no_more_comes_back_than_went_in(people: People) -> None:
    batch = await make_started(people)
    await make_roll("R-1")
    await issue_unit(batch=batch.code, code="R-1", quantity=Decimal(100), actor=people.operator)
    with pytest.raises(Refused) as refused:
        await return_unused(batch=batch.code, code="R-1", quantity=Decimal(101), actor=people.operator)
    assert codes(refused) == {"issue.return"}
    await return_unused(batch=batch.code, code="R-1", quantity=Decimal(100), actor=people.operator)
    assert await issues_of(batch.id) == []
    assert (await issue_unit(batch=batch.code, code="R-1", actor=people.operator)).quantity == Decimal(500)


async def test_a_second_scan_of_a_part_of_a_lot_asks_whether_it_is_meant(
    people: People, client_as: Any, clock: Clock
) -> None:
    await clock.set("2026-12-01T08:03+08:00")
    batch = await make_started(people)
    await make_roll("R-1", quantity="500")
    client = await client_as(people.operator)
    here, hx = f"/station/{batch.code}/issue", {"HX-Request": "true"}

    async def scan(**fields: str) -> Response:
        fields["key"] = fields["key"] * 16
        return await client.post(here, data={"code": "R-1", "quantity": "120", **fields}, headers=hx)

    assert (await scan(key="1a")).status_code == 200
    assert (await scan(key="1a")).status_code == 200, "the same request, not another scan"
    await clock.set("2026-12-01T08:04+08:00")
    refused = await scan(key="2b", reason="先用开封的")
    assert refused.status_code == 409
    assert "issue.again" in refused.text
    for said in ("R-1", "120 m", "08:03", people.operator.name, "再次领用"):
        assert said in refused.text, said
    for name, value in {"again": "yes", "code": "R-1", "quantity": "120", "reason": "先用开封的"}.items():
        assert f'name="{name}" value="{value}"' in refused.text
    [issued] = await issues_of(batch.id)
    assert issued.quantity == 120
    done = await scan(key="3c", again="yes")
    assert done.status_code == 200
    assert 'data-answer="done"' in done.text
    [issued] = await issues_of(batch.id)
    assert issued.quantity == 240
