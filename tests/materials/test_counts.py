"""Counts are blind, explained, approved by somebody else; what differs too much is on hold until then."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.materials.actions.counts import (
    Counted,
    approve_count,
    count_unit,
    finish_count,
    open_count,
    recount,
    set_count_limit,
)
from maskqms.materials.queries.counts import CountRow, count_by_code, count_content, lines_of
from maskqms.materials.stock_states import CountState
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind, UnitKind
from tests.conftest import PASSWORD, ClientAs, People
from tests.make import materials as make
from tests.make import warehouse
from tests.make.batches import make_roll

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted({reason.code for reason in refused.value.reasons})


async def shelf(people: People, *rolls: str, limit: str | None = None) -> CountRow:
    """A count of a place with rolls of 500 m."""
    await warehouse.places(people)
    for roll in rolls:
        await make_roll(roll)
        await warehouse.put(people, roll, "Q-01")
    if limit is not None:
        await set_count_limit(Decimal(limit), basis="仓库盘点规程 WI-07", actor=people.quality)
    return await open_count(location="Q-01", actor=people.warehouse)


async def count(people: People, row: CountRow, unit: str, counted: int) -> Counted:
    return await count_unit(row.code, unit=unit, counted=Decimal(counted), actor=people.warehouse)


async def approve(people: People, row: CountRow, who: str = "quality") -> CountRow:
    row = await count_by_code(row.code)
    digest = content_digest(count_content(row, await lines_of(row.id)))
    return await approve_count(row.code, digest=digest, signer=await people.signer(who))


async def test_what_agrees_changes_nothing(people: People) -> None:
    row = await shelf(people, "R-1", "R-2", limit="1")
    await count(people, row, "R-1", 500)
    await count(people, row, "R-2", 500)
    row = await finish_count(row.code, actor=people.warehouse)
    assert (row.state, row.hold, row.different) == (CountState.COUNTED, None, 0)
    row = await approve(people, row)
    assert row.state is CountState.APPROVED
    assert (await balance("R-1")).adjusted == 0


async def test_a_difference_above_the_limit_blocks_until_it_is_explained_and_approved(people: People) -> None:
    row = await shelf(people, "R-1", "R-2", "R-3", limit="2")
    await count(people, row, "R-1", 495)
    await count(people, row, "R-2", 400)
    with pytest.raises(Refused) as refused:
        await finish_count(row.code, actor=people.warehouse, explanation=" ")
    assert codes(refused) == ["count.unexplained"]
    with in_locale("zh"):
        assert "3 件与账面不符。" in str(refused.value)
    row = await finish_count(row.code, explanation="R-2 断料未登记，R-3 找不到", actor=people.warehouse)
    held = {code: (await unit_by_code(code)).held for code in ("R-1", "R-2", "R-3")}
    assert held == {"R-1": False, "R-2": True, "R-3": True}
    assert (await unit_by_code("R-2")).on_hand == 500, "the book waits for the approval"
    row = await approve(people, row)
    on_hand = [(await unit_by_code(code)).on_hand for code in ("R-1", "R-2", "R-3")]
    assert on_hand == [495, 400, 0]
    assert not any([(await unit_by_code(code)).held for code in ("R-1", "R-2", "R-3")])
    found = await balance("R-2")
    assert (found.adjusted, found.on_hand) == (-100, 400)


async def test_without_a_limit_every_difference_blocks(people: People) -> None:
    row = await shelf(people, "R-1")
    await count(people, row, "R-1", 499)
    await finish_count(row.code, explanation="卷芯误差", actor=people.warehouse)
    assert (await unit_by_code("R-1")).held


async def test_the_approver_is_of_quality_and_counted_nothing(people: People) -> None:
    row = await shelf(people, "R-1")
    await count_unit(row.code, unit="R-1", counted=Decimal(400), actor=people.quality)
    with pytest.raises(Refused) as refused:
        await approve(people, row, "warehouse2")
    assert codes(refused) == ["actor.role", "count.not_counted"]
    await finish_count(row.code, explanation="断料", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await approve(people, row, "quality")
    assert codes(refused) == ["count.same_person"]
    with in_locale("zh"):
        assert "陈质量 参加了此次盘点；须由另一人批准。" in str(refused.value)
    with in_locale("en"):
        assert "陈质量 took part in this count; another person approves it." in str(refused.value)
    stale = content_digest({"count": row.code})
    with pytest.raises(Refused) as refused:
        await approve_count(row.code, digest=stale, signer=await people.signer("quality2"))
    assert codes(refused) == ["record.changed"]
    assert (await approve(people, row, "quality2")).state is CountState.APPROVED
    with pytest.raises(Refused) as refused:
        await approve(people, row, "quality2")
    assert codes(refused) == ["count.not_counted"]


async def test_counting_again_keeps_the_block_and_finds_the_lost_roll(people: People) -> None:
    row = await shelf(people, "R-1", "R-2")
    await count(people, row, "R-1", 500)
    row = await finish_count(row.code, explanation="R-2 不在架上", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await count(people, row, "R-2", 500)
    assert codes(refused) == ["count.finished"]
    with pytest.raises(Refused) as refused:
        await recount(row.code, reason=" ", actor=people.warehouse)
    assert codes(refused) == ["reason.missing"]
    row = await recount(row.code, reason="在隔壁架找到", actor=people.warehouse)
    assert (await unit_by_code("R-2")).held
    assert row.counted == 1, "what nobody scanned is open again, what was scanned stays"
    await count(people, row, "R-2", 500)
    await finish_count(row.code, actor=people.warehouse)
    await approve(people, row)
    unit = await unit_by_code("R-2")
    assert (unit.held, unit.on_hand) == (False, 500)


async def test_something_that_was_not_on_the_sheet_is_counted_too(people: People) -> None:
    row = await shelf(people, "R-1")
    await make_roll("R-9")
    done = await count(people, row, "R-9", 500)
    assert not done.expected
    await count(people, row, "R-1", 500)
    row = await finish_count(row.code, actor=people.warehouse)
    assert (row.lines, row.different) == (2, 0)


async def test_what_cannot_be_counted_is_refused_with_its_reason(people: People) -> None:
    row = await shelf(people, "R-1")
    with pytest.raises(Refused) as refused:
        await open_count(location="Q-01", actor=people.warehouse)
    assert codes(refused) == ["count.running"]
    with pytest.raises(Refused) as refused:
        await open_count(actor=people.operator)
    assert codes(refused) == ["actor.role", "count.about"]
    with pytest.raises(Refused) as refused:
        await count(people, row, "R-1", -1)
    assert codes(refused) == ["count.quantity"]
    await make_roll("C-1", kind=UnitKind.CARTON, unit="piece", quantity="200")
    with pytest.raises(Refused) as refused:
        await count(people, row, "C-1", 150)
    assert codes(refused) == ["count.whole"]
    with in_locale("zh"):
        assert "C-1 内有 200 只，只能整件计数：在或不在。" in str(refused.value)
    await make.material(people, code="M-EL-01", name="耳带")
    other = await open_count(material="M-EL-01", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await count(people, other, "R-1", 500)
    assert codes(refused) == ["count.material"]
    with pytest.raises(Refused) as refused:
        await finish_count(other.code, actor=people.warehouse)
    assert codes(refused) == ["count.empty"]
    for percent, basis, said in (("101", "规程", ["count.limit"]), ("1", " ", ["reason.missing"])):
        with pytest.raises(Refused) as refused:
            await set_count_limit(Decimal(percent), basis=basis, actor=people.quality)
        assert codes(refused) == said


async def test_what_was_used_between_count_and_approval_cannot_go_below_nothing(people: People) -> None:
    row = await shelf(people, "R-1")
    await count(people, row, "R-1", 100)
    await finish_count(row.code, explanation="断料", actor=people.warehouse)
    unit = await unit_by_code("R-1")
    await record_movement(
        unit.id, kind=MovementKind.SCRAP, quantity=Decimal(300), actor=people.warehouse, reason="受潮"
    )
    with pytest.raises(Refused) as refused:
        await approve(people, row)
    assert codes(refused) == ["count.moved"]
    with in_locale("zh"):
        assert "R-1：盘点时缺少 400，但现在库存只有 200。" in str(refused.value)


async def test_two_who_finish_at_once_and_a_repeated_scan_count_once(people: People) -> None:
    row = await shelf(people, "R-1")

    async def scan() -> Counted:
        return await count(people, row, "R-1", 480)

    for _time in range(2):
        await once("k" * 32, Counted, scan, tag=Tag.COUNT_UNIT, actor=people.warehouse, subject=row.code)
    ends = await asyncio.gather(
        finish_count(row.code, explanation="断料", actor=people.warehouse),
        finish_count(row.code, explanation="断料", actor=people.warehouse2),
        return_exceptions=True,
    )
    [lost] = [one for one in ends if isinstance(one, Refused)]
    assert [reason.code for reason in lost.reasons] == ["count.finished"]
    assert len((await unit_by_code("R-1")).holds) == 1


async def test_the_pages_show_the_book_only_after_the_count(people: People, client_as: ClientAs) -> None:
    row = await shelf(people, "R-1")
    desk = await client_as(people.warehouse)
    assert row.code in (await desk.get("/stock/counts")).text
    handheld = await client_as(people.warehouse)
    handheld.headers.update({"hx-request": "true", "x-scan": "1"})
    assert row.code in (await handheld.get("/station/warehouse/counts")).text
    asked = await handheld.post(row.station, data={"code": "R-1", "key": "a" * 32})
    assert asked.headers["hx-redirect"] == f"{row.station}?unit=R-1"
    page = await desk.get(f"{row.station}?unit=R-1")
    assert "实际数量" in page.text
    assert not re.search(r"\b500\b", page.text), "as a figure; a token may hold the digits"
    wrong = await desk.post(row.station, data={"code": "R-1", "quantity": "viel", "key": "b" * 32})
    assert wrong.status_code == 422
    assert 'value="viel"' in wrong.text
    done = await desk.post(row.station, data={"code": "R-1", "quantity": "480", "key": "c" * 32})
    assert (done.status_code, done.headers["location"]) == (303, row.station)
    before = await desk.get(row.href)
    assert "不显示" in before.text
    refused = await desk.post(f"{row.href}/finish", data={})
    assert refused.status_code == 409
    await desk.post(f"{row.href}/finish", data={"explanation": "断料未登记"})
    after = await desk.get(row.href)
    assert "500" in after.text
    assert "超过限度" in after.text
    boss = await client_as(people.quality)
    row = await count_by_code(row.code)
    digest = content_digest(count_content(row, await lines_of(row.id)))
    assert digest in (await boss.get(row.href)).text
    signed = {"username": "quality", "password": PASSWORD, "digest": digest, "key": "d" * 32}
    assert (await boss.post(f"{row.href}/approve", data=signed)).status_code == 303
    assert "已批准；账面已按实盘调整。" in (await boss.get(row.href)).text
    assert (await unit_by_code("R-1")).on_hand == 480
