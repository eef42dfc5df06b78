"""Preparing a database: all or nothing, once at a time, and never one that is not ours to touch."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import asyncpg
import pytest

from maskqms.db import migrate as migrating
from maskqms.db.engine import DB
from maskqms.db.migrate import ensure_database, pending
from maskqms.db.opening import Place, opened, prepare
from maskqms.errors import Refused

OWNER, APP = "factory_owner", "factory_app"


@pytest.fixture
async def elsewhere(server: Place) -> AsyncIterator[Place]:
    """A database as a factory's own PostgreSQL has it: an owner who is no superuser, two roles with passwords."""
    assert server.embedded is not None
    assert server.owner_url is not None
    link = await asyncpg.connect(server.embedded.url("postgres", "postgres"))
    for role in (OWNER, APP):
        await link.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'p@ss:/word'")
    await link.execute(f"CREATE DATABASE factory OWNER {OWNER} TEMPLATE template0")
    place = f"/factory?{server.app_url.split('?')[1]}"
    secret = quote("p@ss:/word", safe="")
    yield Place(f"postgresql://{APP}:{secret}@{place}", f"postgresql://{OWNER}:{secret}@{place}", None)
    await link.execute("DROP DATABASE factory WITH (FORCE)")
    await link.execute(f"DROP ROLE {OWNER}, {APP}")
    await link.close()


@pytest.fixture
async def engine_at_rest() -> AsyncIterator[None]:
    """Migrations run outside a server; the engine of the other tests waits meanwhile."""
    pool, config = DB.pool, dict(DB.config)
    DB.pool = None
    yield
    DB.pool = pool
    DB.config.clear()
    DB.config.update(config)


async def test_a_factorys_own_server_is_migrated_opened_and_acted_in(elsewhere: Place, engine_at_rest: None) -> None:
    with pytest.raises(Refused) as refused:
        async with opened(elsewhere):
            pass
    assert [reason.code for reason in refused.value.reasons] == ["database.migrations"]
    assert len(await prepare(elsewhere)) > 10
    assert await pending(elsewhere.app_url) == []
    async with opened(elsewhere, pool=2):
        assert await DB.pool.fetchval("SELECT current_user") == APP  # type: ignore[union-attr]
        assert await DB.pool.fetchval("SELECT kind FROM database_mark") == "production"  # type: ignore[union-attr]


async def test_two_processes_migrate_one_after_the_other(elsewhere: Place, engine_at_rest: None) -> None:
    async def one() -> int:
        script = "import asyncio,sys; from maskqms.db.opening import Place, prepare;"
        script += "print(len(asyncio.run(prepare(Place(sys.argv[1], sys.argv[2], None)))))"
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script, elsewhere.app_url, str(elsewhere.owner_url)), stdout=asyncio.subprocess.PIPE
        )
        out, _err = await running.communicate()
        assert running.returncode == 0
        return int(out)

    first, second = sorted(await asyncio.gather(one(), one()))
    assert (first, second > 10) == (0, True)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    elsewhere: Place, engine_at_rest: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(migrating, "ensure_role", fail)
        with pytest.raises(RuntimeError, match="in the middle"):
            await prepare(elsewhere)
    link = await asyncpg.connect(elsewhere.owner_url)
    assert await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    await link.close()
    assert len(await prepare(elsewhere)) > 10


async def test_a_role_that_could_change_history_is_refused(
    server: Place, elsewhere: Place, engine_at_rest: None
) -> None:
    with pytest.raises(Refused) as refused:
        await prepare(replace(elsewhere, app_url=str(elsewhere.owner_url)))
    assert [reason.code for reason in refused.value.reasons] == ["database.owner-serves"]
    link = await asyncpg.connect(elsewhere.owner_url)
    assert not await link.fetchval("SELECT to_regclass('public.account') IS NOT NULL")
    await link.close()
    assert server.embedded is not None
    link = await asyncpg.connect(server.embedded.url("postgres", "postgres"))
    await link.execute(f"GRANT {OWNER} TO {APP}")
    await link.close()
    with pytest.raises(Refused) as refused:
        await prepare(elsewhere)
    assert [reason.code for reason in refused.value.reasons] == ["database.role-too-strong"]


async def test_a_database_newer_than_the_program_is_not_opened(elsewhere: Place, engine_at_rest: None) -> None:
    await prepare(elsewhere)
    link = await asyncpg.connect(elsewhere.owner_url)
    await link.execute("INSERT INTO migration (name, app_name) VALUES ('2099-01-01T00:00:00:000000', 'audit')")
    await link.close()
    for opening in (prepare(elsewhere), opened(elsewhere).__aenter__()):
        with pytest.raises(Refused) as refused:
            await opening
        assert [reason.code for reason in refused.value.reasons] == ["database.newer"]


async def test_a_database_is_made_once(server: Place) -> None:
    assert server.embedded is not None
    url = server.embedded.url("postgres", "postgres")
    made = await asyncio.gather(*(ensure_database(url, "made_once") for _time in range(5)))
    assert sorted(made) == [False, False, False, False, True]
    link = await asyncpg.connect(url)
    await link.execute("DROP DATABASE made_once")
    await link.close()
