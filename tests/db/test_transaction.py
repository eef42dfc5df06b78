"""One transaction an act: what fails is undone whole, and no connection is lost, however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.db.opening import Place
from maskqms.db.transaction import explain, transaction
from maskqms.errors import Refused
from maskqms.i18n import _


@pytest.fixture
async def scratch(db: Place, owner: asyncpg.Connection) -> AsyncIterator[None]:
    """A table whose rule is asked only at COMMIT."""
    await owner.execute("CREATE SCHEMA scratch; GRANT USAGE ON SCHEMA scratch TO maskqms_app")
    await owner.execute(
        "CREATE TABLE scratch.pair (id int PRIMARY KEY, other int CONSTRAINT scratch_pair_has_other"
        " REFERENCES scratch.pair DEFERRABLE INITIALLY DEFERRED); GRANT ALL ON scratch.pair TO maskqms_app"
    )
    yield
    await owner.execute("DROP SCHEMA scratch CASCADE")


def free() -> int:
    """Connections that somebody could have now; a leaked one is missing for ever."""
    assert DB.pool is not None
    return DB.pool.get_max_size() - (DB.pool.get_size() - DB.pool.get_idle_size())


async def count() -> int:
    return int(await sql.fetch_value("SELECT count(*) FROM scratch.pair"))


async def test_a_commit_that_fails_leaks_nothing_and_speaks_the_users_words(scratch: None) -> None:
    explain("scratch_pair_has_other", "scratch.no-other", _("No"))
    before = free()
    for _time in range(DB.pool.get_max_size() + 1):  # type: ignore[union-attr]
        with pytest.raises(Refused) as refused:
            async with transaction() as link:
                await link.execute("INSERT INTO scratch.pair VALUES (1, 2)")
        assert refused.value.reasons[0].code == "scratch.no-other"
        assert DB.current_transaction.get() is None
    assert free() == before
    assert await count() == 0


async def test_a_connection_that_dies_in_an_act_goes_back_to_the_pool(scratch: None, owner: asyncpg.Connection) -> None:
    async def die() -> None:
        async with transaction() as link:
            await owner.execute("SELECT pg_terminate_backend($1)", await link.fetchval("SELECT pg_backend_pid()"))
            await link.execute("INSERT INTO scratch.pair VALUES (1, NULL)")

    before = free()
    for _time in range(DB.pool.get_max_size() + 1):  # type: ignore[union-attr]
        with pytest.raises(Exception):  # noqa: B017, PT011  (the driver has several words for it)
            await die()
        assert DB.current_transaction.get() is None
    assert free() == before
    assert await count() == 0


async def test_a_cancelled_act_is_undone_and_leaves_the_connection_usable(scratch: None) -> None:
    before = free()

    async def forever() -> None:
        async with transaction() as link:
            await link.execute("INSERT INTO scratch.pair VALUES (1, NULL)")
            await link.execute("SELECT pg_sleep(60)")

    task = asyncio.create_task(forever())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert free() == before
    assert await count() == 0


async def test_an_inner_failure_cannot_be_swallowed(scratch: None) -> None:
    async def swallow() -> None:
        async with transaction() as link:
            await link.execute("INSERT INTO scratch.pair VALUES (1, NULL)")
            with suppress(ValueError):
                async with transaction():
                    raise ValueError

    with pytest.raises(RuntimeError, match="was caught"):
        await swallow()
    assert await count() == 0
    async with transaction() as link:
        await link.execute("INSERT INTO scratch.pair VALUES (1, NULL)")
    assert await count() == 1


async def test_two_acts_that_wait_for_each_other_end_in_words_and_not_in_a_fault(scratch: None) -> None:
    await sql.execute("INSERT INTO scratch.pair VALUES (1, NULL), (2, NULL)")
    turns = [asyncio.Event(), asyncio.Event()]

    async def touch(first: int, second: int, mine: asyncio.Event, theirs: asyncio.Event) -> None:
        async with transaction() as link:
            await link.execute("UPDATE scratch.pair SET other = NULL WHERE id = $1", first)
            mine.set()
            await theirs.wait()
            await link.execute("UPDATE scratch.pair SET other = NULL WHERE id = $1", second)

    ends = await asyncio.gather(touch(1, 2, *turns), touch(2, 1, *reversed(turns)), return_exceptions=True)
    refused = [end for end in ends if end is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], Refused)
    assert [reason.code for reason in refused[0].reasons] == ["record.busy"]


async def test_tasks_of_their_own_have_transactions_of_their_own(scratch: None) -> None:
    async def write(number: int) -> int:
        async with transaction() as link:
            await link.execute("INSERT INTO scratch.pair VALUES ($1, NULL)", number)
            return int(await link.fetchval("SELECT pg_current_xact_id()::text::bigint"))

    assert len(set(await asyncio.gather(*(write(number) for number in range(20))))) == 20
    assert DB.current_transaction.get() is None
