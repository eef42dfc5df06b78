"""The act: who is acting, when acts stand in acts, and what a refusal leaves behind."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act, shell
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from tests.conftest import Clock, People

NO = Reason("test.no", _("No"), path=())


async def touch(username: str) -> None:
    """A row change that the trigger copies."""
    await sql.execute("UPDATE account SET locale = CASE locale WHEN 'zh' THEN 'en' ELSE 'zh' END"
                      " WHERE username = $1", username)  # fmt: skip


async def who_changed(username: str) -> list[str | None]:
    rows = await sql.fetch(
        "SELECT name FROM audit_entry WHERE kind = 'row' AND tag = 'update' AND after ->> 'username' = $1 ORDER BY id",
        username,
    )
    return [row["name"] for row in rows]


async def test_after_an_inner_act_of_somebody_else_the_outer_person_acts_again(people: People) -> None:
    async with act(Tag.CLOCK_JOB, actor=people.quality) as outer:
        await touch("operator")
        async with act(Tag.CLOCK_JOB, actor=people.inspector) as inner:
            await touch("operator")
            await inner.record(subject="x")
        await touch("operator")
        await outer.record(subject="x")
    assert await who_changed("operator") == ["陈质量", "李检验", "陈质量"]
    assert inner.at == outer.at


async def test_the_person_of_one_act_is_not_the_person_of_the_next(people: People) -> None:
    async with act(Tag.CLOCK_JOB, actor=people.quality) as this:
        await this.record(subject="x")
    await touch("operator")
    assert await who_changed("operator") == [None]


async def test_acts_at_the_same_time_do_not_mix_their_people(people: People) -> None:
    async def one(name: str) -> None:
        async with act(Tag.CLOCK_JOB, actor=getattr(people, name)) as this:
            await asyncio.sleep(0.01)
            await touch(name)
            await this.record(subject=name)

    names = ["operator", "operator2", "inspector", "quality", "warehouse", "manager"]
    await asyncio.gather(*(one(name) for name in names))
    for name in names:
        assert await who_changed(name) == [getattr(people, name).name]


async def test_a_refusal_that_was_swallowed_keeps_nothing_of_the_act(people: People) -> None:
    async def swallow() -> None:
        async with act(Tag.CLOCK_JOB, actor=people.quality) as this:
            with suppress(Refused):
                async with act(Tag.CLOCK_JOB, actor=people.quality):
                    await touch("operator")
                    refuse(_("No"), [NO])
            await this.record(subject="x")

    with pytest.raises(RuntimeError):
        await swallow()
    assert await who_changed("operator") == []


async def test_a_refusal_names_person_record_and_every_reason_even_when_they_are_long(people: People) -> None:
    actor = replace(people.quality, request_id="r" * 64, station="S" * 90)
    with pytest.raises(Refused):
        async with act(Tag.LOT_RECEIVE, actor=actor, subject="X" * 500):
            refuse(_("No"), [NO, Reason("test.no-too", _("No, {name}.", name="'\"{}"))])
    row = await sql.fetch_one(
        "SELECT kind, tag, subject, name, station, request_id, after FROM audit_entry ORDER BY id DESC LIMIT 1"
    )
    assert row is not None
    assert (row["kind"], row["tag"], row["name"]) == ("refusal", "lot:receive", "陈质量")
    assert (len(row["subject"]), len(row["station"]), len(row["request_id"])) == (120, 60, 64)
    assert [reason["code"] for reason in json.loads(row["after"])["reasons"]] == ["test.no", "test.no-too"]


async def test_an_act_of_the_shell_says_whose_shell(people: People) -> None:
    token = shell.set("shell:chen")
    async with act(Tag.CLOCK_JOB, actor=SYSTEM) as this:
        await this.record(subject="x")
    shell.reset(token)
    assert await sql.fetch_value("SELECT station FROM audit_entry WHERE tag = 'clock:job'") == "shell:chen"


async def test_both_times_are_kept_the_factorys_and_the_servers(people: People, clock: Clock) -> None:
    await clock.set("2026-12-01T08:00+08:00")
    async with act(Tag.CLOCK_JOB, actor=people.quality) as this:
        await this.record(subject="x")
    row = await sql.fetch_one(
        "SELECT at, recorded_at, clock_timestamp() AS now FROM audit_entry WHERE tag = 'clock:job'"
    )
    assert row is not None
    assert row["at"] == this.at
    assert row["at"].isoformat().startswith("2026-12-01T00:00")
    assert abs((row["now"] - row["recorded_at"]).total_seconds()) < 60
