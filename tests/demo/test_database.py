"""A demo touches no database but one that was marked for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from maskqms.db.engine import configure, start_pool, stop_pool
from maskqms.db.migrate import APP_ROLE
from maskqms.db.opening import Place, prepare
from maskqms.demo.database import begun, ready
from maskqms.errors import Refused


@pytest.fixture
async def alone(database: Place) -> AsyncIterator[Place]:
    """The server without the pool of the other tests: migrations run where nothing serves yet."""
    await stop_pool()
    yield database
    configure(database.app_url)
    await start_pool(10)


def other(server: Place, name: str) -> Place:
    """Another database of the same server."""
    assert server.embedded is not None
    return replace(
        server,
        app_url=server.embedded.url(APP_ROLE, name),
        owner_url=server.embedded.url(server.embedded.owner_role, name),
    )


async def test_a_factory_s_own_database_is_never_dropped_nor_filled(alone: Place) -> None:
    where = other(alone, "real_factory")
    await prepare(where, kind="production")
    for fresh in (False, True):
        with pytest.raises(Refused) as refused:
            await ready(where, fresh=fresh)
        assert refused.value.reasons[0].code == "demo.not_a_demo"
    link = await asyncpg.connect(where.owner_url)
    assert await link.fetchval("SELECT kind FROM database_mark") == "production"
    await link.close()


async def test_fresh_empties_a_demo_and_marks_it_again(alone: Place) -> None:
    where = other(alone, "demo_factory")
    first = await ready(where, fresh=False)
    assert not await begun(where)
    link = await asyncpg.connect(where.owner_url)
    await link.execute(
        "INSERT INTO number_series (prefix, day, last) VALUES ('ML', '2026-11-25', 9);"
        "INSERT INTO clock_offset (id, shift) VALUES (1, '1 day')"
    )
    await link.close()
    assert await ready(where, fresh=False) == first
    assert await ready(where, fresh=True) > first
    link = await asyncpg.connect(where.owner_url)
    assert await link.fetchval("SELECT count(*) FROM number_series") == 0
    assert await link.fetchval("SELECT kind FROM database_mark") == "demo"
    await link.close()
