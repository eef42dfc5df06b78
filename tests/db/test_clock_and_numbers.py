"""The one clock and the numbers made by rule."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from maskqms.db import sql
from maskqms.db.clock import end_of_day, local, now, today
from maskqms.db.numbering import next_number
from maskqms.db.opening import Place
from maskqms.db.transaction import transaction
from tests.conftest import Clock


async def test_an_act_has_one_time_from_beginning_to_end(db: Place) -> None:
    async with transaction():
        first = await now()
        await asyncio.sleep(0.05)
        assert await now() == first
    assert await now() > first


async def test_a_test_database_stands_where_its_owner_says(clock: Clock) -> None:
    await clock.set("2026-12-01T08:00+08:00")
    assert f"{local(await now()):%Y-%m-%d %H:%M}" == "2026-12-01 08:00"
    assert (await today()).isoformat() == "2026-12-01"


async def test_the_day_is_the_factorys_and_not_the_servers(clock: Clock) -> None:
    await clock.set("2026-12-01T00:30+08:00")  # still November in UTC
    assert (await today()).isoformat() == "2026-12-01"
    assert end_of_day(await today()) - await now() < timedelta(hours=24)


async def test_numbers_begin_anew_each_day_of_the_factory(clock: Clock) -> None:
    await clock.set("2026-11-30T23:59+08:00")
    async with transaction():
        assert [await next_number("ML") for _time in range(2)] == ["ML-20261130-001", "ML-20261130-002"]
    await clock.set("2026-12-01T00:01+08:00")
    async with transaction():
        assert await next_number("ML") == "ML-20261201-001"
        assert await next_number("MB", digits=4) == "MB-20261201-0001"


async def test_an_act_that_is_undone_leaves_no_hole(db: Place) -> None:
    with pytest.raises(ValueError, match="undone"):
        await _undone()
    async with transaction():
        assert (await next_number("ML")).endswith("-001")


async def _undone() -> None:
    async with transaction():
        await next_number("ML")
        raise ValueError("undone")


async def test_thirty_acts_at_once_get_thirty_numbers_in_a_row(db: Place) -> None:
    async def take(undo: bool) -> str | None:
        try:
            async with transaction():
                number = await next_number("ML")
                await asyncio.sleep(0.002)
                if undo:
                    raise ValueError
                return number
        except ValueError:
            return None

    given = await asyncio.gather(*(take(undo=turn % 3 == 0) for turn in range(45)))
    kept = sorted(number for number in given if number)
    assert [int(number[-3:]) for number in kept] == list(range(1, 31))


async def test_a_production_database_has_no_other_clock(db: Place, owner: asyncpg.Connection) -> None:
    """Neither by the table nor by a row that somebody smuggles past its trigger."""
    changing = owner.transaction()
    await changing.start()
    await owner.execute("ALTER TABLE database_mark DISABLE TRIGGER history_stays")
    await owner.execute("UPDATE database_mark SET kind = 'production'")
    inner = owner.transaction()
    await inner.start()
    with pytest.raises(asyncpg.RaiseError):
        await owner.execute("INSERT INTO clock_offset (id, shift) VALUES (1, '30 days')")
    await inner.rollback()
    await owner.execute("ALTER TABLE clock_offset DISABLE TRIGGER no_shift_in_production")
    await owner.execute("INSERT INTO clock_offset (id, shift) VALUES (1, '30 days')")
    assert await owner.fetchval("SELECT maskqms_now() = transaction_timestamp()")
    await changing.rollback()


async def test_the_application_cannot_shift_the_clock(clock: Clock) -> None:
    await clock.set("2026-12-01T08:00+08:00")
    for statement in ("UPDATE clock_offset SET shift = '0'", "DELETE FROM clock_offset"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(statement)
