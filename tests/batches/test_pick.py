"""Material is fetched first to expire, then first in; another choice needs a reason that stays on record."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.batches.actions.issue import issue_unit, return_unused
from maskqms.batches.actions.pick import Picked, pick_unit
from maskqms.db.sql import fetch_value
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from tests.conftest import ClientAs, Clock, People
from tests.make import warehouse
from tests.make.batches import make_batch, make_roll, make_started

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted({reason.code for reason in refused.value.reasons})


async def pick(people: People, batch: str, code: str, reason: str | None = None, location: str = "L1-IN") -> Picked:
    return await pick_unit(batch=batch, code=code, location=location, reason=reason, actor=people.warehouse)


async def test_of_equals_the_one_that_came_first_goes_first(people: People, clock: Clock) -> None:
    await warehouse.places(people)
    await clock.set("2026-11-20T08:00+08:00")
    await make_roll("R-1", days=None)
    await clock.set("2026-11-21T08:00+08:00")
    for code in ("R-2", "R-3"):
        await make_roll(code, days=None)
    batch = await make_started(people)
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=batch.code, code="R-2", actor=people.operator)
    assert codes(refused) == ["issue.not_first"]
    with in_locale("zh"):
        assert "R-1 比 R-2 先入库，且有库存。" in str(refused.value)
    with in_locale("en"):
        assert "R-1 came in before R-2 and is in stock." in str(refused.value)
    with pytest.raises(Refused) as refused:
        await pick(people, batch.code, "R-3")
    assert codes(refused) == ["issue.not_first"]
    assert (await pick(people, batch.code, "R-3", "R-1 被压在下面")).location == "L1-IN"
    kept = await fetch_value("SELECT reason FROM audit_entry WHERE tag = 'batch:pick' AND kind = 'act'")
    assert kept == "R-1 被压在下面"
    await issue_unit(batch=batch.code, code="R-1", actor=people.operator)
    await issue_unit(batch=batch.code, code="R-3", actor=people.operator)


async def test_what_cannot_be_used_is_not_fetched_either(people: People) -> None:
    await warehouse.places(people)
    batch = await make_batch(people)
    await make_roll("R-q", state=UnitState.QUARANTINE)
    await make_roll("R-x", "M-XX")
    await make_roll("R-h")
    await place_hold(unit="R-h", reason="存疑", actor=people.quality)
    for code, said in (("R-q", ["unit.not_released"]), ("R-x", ["issue.not_in_bill"]), ("R-h", ["unit.held"]),
                       (batch.code, ["issue.not_material"])):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await pick(people, batch.code, code)
        assert codes(refused) == said
        assert all(reason.remedy for reason in refused.value.reasons)
    await make_roll("R-1")
    with pytest.raises(Refused) as refused:
        await pick(people, batch.code, "R-1", location="Q-01")
    assert codes(refused) == ["pick.place"]
    with in_locale("zh"):
        assert "请指明送到哪个线边库位。" in str(refused.value)
    with pytest.raises(Refused) as refused:
        await pick_unit(batch=batch.code, code="R-1", location="L1-IN", actor=people.regulator)
    assert codes(refused) == ["actor.role"]
    assert (await pick(people, batch.code, "R-1")).location == "L1-IN"


async def test_what_comes_back_goes_to_a_place_that_its_status_allows(people: People) -> None:
    await warehouse.places(people)
    batch = await make_started(people)
    await make_roll("R-1")
    await issue_unit(batch=batch.code, code="R-1", quantity=Decimal(200), actor=people.operator)
    with pytest.raises(Refused) as refused:
        await return_unused(
            batch=batch.code, code="R-1", quantity=Decimal(50), location="W-01", actor=people.operator
        )
    assert codes(refused) == ["location.status"]
    assert (await unit_by_code("R-1")).on_hand == 300, "nothing of it happened"
    await return_unused(batch=batch.code, code="R-1", quantity=Decimal(50), location="Q-01", actor=people.operator)
    unit = await unit_by_code("R-1")
    assert (unit.on_hand, unit.location) == (350, "Q-01")


async def test_the_handheld_shows_what_next_and_from_where(people: People, client_as: ClientAs) -> None:
    await warehouse.places(people)
    batch = await make_batch(people)
    await make_roll("R-late", days=300)
    await make_roll("R-soon", days=30)
    await warehouse.put(people, "R-soon", "Q-01")
    client = await client_as(people.warehouse)
    client.headers.update({"hx-request": "true", "x-scan": "1"})
    home = f"/station/warehouse/pick/{batch.code}"
    assert batch.code in (await client.get("/station/warehouse/pick")).text
    page = (await client.get(home)).text
    assert page.index("R-soon") < page.index("R-late")
    assert "Q-01" in page
    posted = {"code": "R-late", "location": "L1-IN", "key": "a" * 32}
    refused = await client.post(home, data=posted)
    assert refused.status_code == 409
    assert "issue.not_first" in refused.text
    for _time in range(2):
        done = await client.post(home, data={"code": "R-soon", "location": "L1-IN", "key": "b" * 32})
        assert 'data-answer="done"' in done.text
    assert (await unit_by_code("R-soon")).location == "L1-IN"
    assert "还没有" not in (await client.get(f"{home}/lines")).text
