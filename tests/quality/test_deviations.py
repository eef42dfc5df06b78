"""Deviations: opened by anybody who works here, closed by another person of quality with a signature."""

from __future__ import annotations

import asyncio

import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.errors import NotFound, Refused, Stale
from maskqms.quality.actions import close_deviation, open_deviation
from maskqms.quality.queries import DeviationRow, deviation, deviations, deviations_of, open_deviations
from maskqms.quality.states import DeviationState
from tests.conftest import PASSWORD, ClientAs, People
from tests.make.lab import unit


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def opened(people: People, **changes: str) -> DeviationRow:
    await unit(people.quality)
    facts = {
        "unit": "MB-20261121-001", "title": "焊接温度偏低", "description": "14:00 到 14:20 显示 118 °C",
        "immediate_action": "停线，隔离 3 箱",
    }  # fmt: skip
    return await open_deviation(**{**facts, **changes}, actor=people.operator)


async def close(
    people: People, row: DeviationRow, who: str = "quality", conclusion: str = "加热管老化，已更换"
) -> None:
    digest = content_digest(row.content())
    await close_deviation(row.code, conclusion=conclusion, digest=digest, signer=await people.signer(who))


async def test_an_open_deviation_stands_in_the_way_until_quality_closes_it(people: People) -> None:
    row = await opened(people)
    assert row.code.startswith("DV-")
    assert [d.code for d in await open_deviations([row.unit])] == [row.code]
    await close(people, row)
    done = await deviation(row.code)
    assert (done.state, done.closer_name) == (DeviationState.CLOSED, "陈质量")
    assert await open_deviations([row.unit]) == []
    assert [d.code for d in await deviations_of(row.unit)] == [row.code]
    signed = (await signatures_of(row.code))[0]
    assert signed.content["conclusion"] == "加热管老化，已更换"


@pytest.mark.parametrize(
    ("changes", "code"), [({"title": " "}, "deviation.title"), ({"description": "x"}, "deviation.description")]
)
async def test_words_are_needed(people: People, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        await opened(people, **changes)
    assert codes(refused) == {code}


async def test_administrators_and_regulators_open_none_and_unknown_codes_have_none(people: People) -> None:
    await unit(people.quality)
    for actor in (people.admin, people.regulator):
        with pytest.raises(Refused) as refused:
            await open_deviation(unit="MB-20261121-001", title="标题标题", description="说明说明", actor=actor)
        assert codes(refused) == {"actor.role"}
    with pytest.raises(NotFound):
        await open_deviation(unit="MB-0", title="标题标题", description="说明说明", actor=people.operator)


@pytest.mark.parametrize(("who", "code"), [("operator", "deviation.same_person"), ("manager", "actor.role")])
async def test_the_opener_and_other_roles_close_none(people: People, who: str, code: str) -> None:
    row = await opened(people)
    with pytest.raises(Refused) as refused:
        await close(people, row, who)
    assert code in codes(refused)


async def test_closing_needs_a_conclusion_and_happens_once(people: People) -> None:
    row = await opened(people)
    with pytest.raises(Refused) as refused:
        await close(people, row, conclusion=" ")
    assert codes(refused) == {"deviation.conclusion"}
    with pytest.raises(Stale):
        await close_deviation(row.code, conclusion="结论结论", digest="0" * 64, signer=await people.signer("quality"))
    answers = await asyncio.gather(
        close(people, row, "quality"), close(people, row, "quality2"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused"]
    assert await sql.fetch_value("SELECT count(*) FROM signature") == 1


async def test_over_http(people: People, client_as: ClientAs) -> None:
    await unit(people.quality)
    client = await client_as(people.operator)
    assert "MB-20261121-001" in (await client.get("/deviations/new?unit=MB-20261121-001")).text
    given = {
        "unit": "mb-20261121-001", "title": "外观污渍", "description": "第 3 箱有油污", "key": "deviation-key-1",
    }  # fmt: skip
    assert (await client.post("/deviations", data={**given, "unit": "MB-9"})).status_code == 422
    first = await client.post("/deviations", data=given)
    assert first.status_code == 303
    assert (await client.post("/deviations", data=given)).headers["location"] == first.headers["location"]
    url = first.headers["location"]
    found = await deviations(state=DeviationState.OPEN, text=None, page=1, size=50)
    assert found.total == 1
    assert 'data-opens="close"' not in (await client.get(url)).text
    quality = await client_as(people.quality)
    assert "外观污渍" in (await quality.get("/deviations?state=open&text=污渍")).text
    assert "外观污渍" not in (await quality.get("/deviations?state=closed")).text
    digest = content_digest(found.rows[0].content())
    signed = {
        "conclusion": "清洁设备，返检合格", "username": "quality", "password": PASSWORD, "digest": digest,
        "key": "close-key-1",
    }  # fmt: skip
    assert (await quality.post(f"{url}/close", data={**signed, "conclusion": ""})).status_code == 422
    assert (await quality.post(f"{url}/close", data=signed)).status_code == 303
    assert "清洁设备" in (await quality.get(url)).text
    assert (await quality.get("/deviations/DV-0")).status_code == 404
