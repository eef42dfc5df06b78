"""An inspector's day: by due time, mine, to review, late; who took part reviews nothing of it."""

from __future__ import annotations

from datetime import timedelta

from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.queries.day import day_of
from maskqms.lab.states import DueView
from maskqms.settings import settings
from tests.conftest import ClientAs, Clock, People
from tests.make import lab as make


async def test_the_day_by_due_time_for_each_person(
    people: People, clock: Clock, client_as: ClientAs, asked: list[str]
) -> None:
    await clock.set("2026-11-20T08:00+08:00")
    first = await make.inspection(people.quality)
    assert first.due_at == first.opened_at + timedelta(hours=settings().inspection_hours)
    second = await make.inspection(people.quality, subject=await make.unit(people.quality, "MB-2"))
    await make.fill(first.code, people.inspector)
    mine, other = people.inspector.account_id, people.inspector2.account_id
    assert mine is not None
    assert other is not None
    asked.clear()
    found = await day_of(mine, DueView.MINE, page=1, size=50)
    assert len(asked) == 2
    assert [row.code for row in found.rows] == [first.code, second.code]
    assert [row.code for row in (await day_of(other, DueView.MINE, page=1, size=50)).rows] == [second.code]
    await finish_entry(first.code, actor=people.inspector)
    assert not (await day_of(mine, DueView.REVIEW, page=1, size=50)).rows
    assert [row.code for row in (await day_of(other, DueView.REVIEW, page=1, size=50)).rows] == [first.code]
    await clock.set("2026-11-21T08:01+08:00")
    late = await day_of(other, DueView.LATE, page=1, size=50)
    assert [row.late for row in late.rows] == [True, True]
    assert late.counts == {DueView.MINE: 1, DueView.REVIEW: 1, DueView.LATE: 2}
    client = await client_as(people.inspector2)
    page = (await client.get("/inspections/day?view=late")).text
    assert first.code in page
    assert "已逾期" in page
    assert (await client.get("/inspections/day?view=nonsense")).status_code == 200
    assert second.code in (await client.get("/")).text
