"""A client's key: at once, again, refused and repeated, and never for something else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

import pytest

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from tests.conftest import People

KEY = "a1b2c3d4e5f6"
OF_LOTS = "SELECT kind FROM audit_entry WHERE tag = 'lot:receive' ORDER BY id"


@dataclass(frozen=True, slots=True)
class Made:
    code: str
    quantity: Decimal


class Work:
    """An act that counts how often it was really done."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.times = 0
        self.refusing = False

    async def do(self) -> Made:
        async with act(Tag.LOT_RECEIVE, actor=self.actor) as this:
            number = await next_number("ML")
            await asyncio.sleep(0.02)
            refuse(_("No"), [Reason("test.no", _("No"))] if self.refusing else [])
            self.times += 1
            await this.record(subject=number)
            return Made(number, Decimal("12.50"))

    async def once(self, key: str = KEY, *, tag: Tag = Tag.LOT_RECEIVE, subject: str | None = "S001") -> Made:
        return await once(key, Made, self.do, tag=tag, actor=self.actor, subject=subject)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


async def test_the_same_key_from_many_requests_at_once_acts_once(people: People) -> None:
    work = Work(people.warehouse)
    answers = await asyncio.gather(*(work.once() for _time in range(8)))
    assert work.times == 1
    assert set(answers) == {answers[0]}
    assert answers[0].quantity == Decimal("12.50")
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'lot:receive'") == 1


async def test_a_refused_act_leaves_its_key_free_and_its_refusal_in_the_trail(people: People) -> None:
    work = Work(people.warehouse)
    work.refusing = True
    for _time in range(2):
        with pytest.raises(Refused) as refused:
            await work.once()
        assert codes(refused) == ["test.no"]
    work.refusing = False
    assert (await work.once()).code.endswith("-001")
    assert (await work.once()).code.endswith("-001")
    kinds = [row["kind"] for row in await sql.fetch(OF_LOTS)]
    assert kinds == ["refusal", "refusal", "act"]


async def test_a_second_request_goes_on_when_the_first_is_refused(people: People) -> None:
    """Both wait for the same key; the first fails, the second takes its place."""
    work = Work(people.warehouse)
    work.refusing = True
    first = asyncio.create_task(work.once())
    await asyncio.sleep(0.01)
    second = asyncio.create_task(Work(people.warehouse).once())
    with pytest.raises(Refused):
        await first
    assert (await second).code.endswith("-001")


async def test_an_act_that_breaks_leaves_its_key_free(people: People) -> None:
    async def broken() -> Made:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await once(KEY, Made, broken, tag=Tag.LOT_RECEIVE, actor=people.warehouse)
    assert await sql.fetch_value("SELECT count(*) FROM act_reply") == 0


async def test_the_key_of_another_act_record_or_person_gives_no_answer(people: People) -> None:
    await Work(people.warehouse).once()
    others = [
        Work(people.warehouse).once(tag=Tag.LOT_DECIDE),
        Work(people.warehouse).once(subject="S002"),
        Work(people.warehouse2).once(),
    ]
    for other in others:
        with pytest.raises(Refused) as refused:
            await other
        assert codes(refused) == ["key.reused"]


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "12345678\n"])
async def test_a_key_that_two_clients_could_share_is_refused(people: People, key: str) -> None:
    work = Work(people.warehouse)
    with pytest.raises(Refused) as refused:
        await work.once(key)
    assert codes(refused) == ["key.unfit"]
    assert work.times == 0
