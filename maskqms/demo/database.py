"""Which database a demo may touch: a new one, or one that was marked `demo` when it was made. No other, ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from maskqms.db.engine import DB, configure, start_pool, stop_pool
from maskqms.db.migrate import ensure_database
from maskqms.db.opening import Place, prepare
from maskqms.errors import Reason, Refused
from maskqms.i18n import _

KIND = "demo"


@asynccontextmanager
async def as_owner(where: Place) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner. What it writes (the clock) need not survive a loss of power."""
    assert where.owner_url is not None
    link = await asyncpg.connect(where.owner_url, server_settings={"synchronous_commit": "off"})
    try:
        yield link
    finally:
        await link.close()


async def _refuse_other_kinds(link: asyncpg.Connection) -> None:
    if not await link.fetchval("SELECT to_regclass('public.migration') IS NOT NULL"):
        return
    kind = None
    if await link.fetchval("SELECT to_regclass('public.database_mark') IS NOT NULL"):
        kind = await link.fetchval("SELECT kind FROM database_mark")
    if kind == KIND:
        return
    raise Refused(
        _("No demo here"),
        [
            Reason(
                "demo.not_a_demo",
                _("This database was not made for a demo; it is: {kind}.", kind=kind or "?"),
                _("Choose another folder with --data, or another database."),
            )
        ],
    )


async def ready(where: Place, *, fresh: bool) -> datetime:
    """The demo's database, migrated; emptied first when it is to be made anew. Answers when it was created."""
    if where.owner_url is not None:
        if where.embedded is not None:
            name = where.owner_url.rsplit("/", 1)[1].split("?")[0]
            await ensure_database(where.embedded.url(where.embedded.owner_role, "postgres"), name)
        async with as_owner(where) as link:
            await _refuse_other_kinds(link)
            if fresh:
                await link.execute("SET lock_timeout = '5s'")
                await link.execute("DROP SCHEMA public CASCADE")
                await link.execute("CREATE SCHEMA public")
    await prepare(where, kind=KIND)
    async with as_owner(where) as link:
        await _refuse_other_kinds(link)
        return await link.fetchval("SELECT created_at FROM database_mark")  # type: ignore[no-any-return]


async def begun(where: Place) -> bool:
    """Whether anybody works here already."""
    async with as_owner(where) as link:
        return await link.fetchval("SELECT EXISTS (SELECT 1 FROM account)")  # type: ignore[no-any-return]


@asynccontextmanager
async def connected(where: Place) -> AsyncIterator[None]:
    """The engine as the application's role. Nobody waits for the disk while a past is made up."""
    configure(where.app_url)
    DB.config["server_settings"]["synchronous_commit"] = "off"
    await start_pool(2)
    try:
        yield
    finally:
        await stop_pool()
