"""The one engine. Its address is known only when the database has been found or started, so it is set late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine


class LateEngine(PostgresEngine):
    """Piccolo's engine asks a database for its version when it is made; ours is made before there is one."""

    async def check_version(self) -> None:
        """Done by PostgreSQL's own errors: the migrations need version 15."""

    async def prep_database(self) -> None:
        """No extension is needed."""


DB = LateEngine(config={})


SESSION = {
    "application_name": "maskqms",
    "timezone": "UTC",
    "jit": "off",
    "work_mem": "32MB",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "10min",
}
"""Of every connection. Compiling a walk costs more than walking it; a wide walk wants its working table in memory.
Nobody waits for ever behind a process that hangs with locks in its hands."""

STATEMENTS = 500
"""Prepared statements kept by a connection; the product has more than asyncpg's hundred."""


def configure(url: str) -> None:
    """Point the engine at a database; before the pool starts."""
    DB.config.clear()
    DB.config.update(dsn=url, server_settings=dict(SESSION), statement_cache_size=STATEMENTS)


async def _leave_as_is(_link: Any) -> None:
    """Nothing of ours outlives its transaction in a session, so a connection goes back without another round trip."""


async def start_pool(size: int) -> None:
    """Open the pool. A failure to connect ends the start: a server without a database serves nobody."""
    await DB.start_connection_pool(min_size=min(2, size), max_size=size, reset=_leave_as_is)


async def stop_pool() -> None:
    if DB.pool is not None:
        await DB.close_connection_pool()


@asynccontextmanager
async def connection() -> AsyncIterator[Any]:
    """The connection of the running transaction, else one from the pool, else a fresh one that is closed after."""
    running = DB.current_transaction.get()
    if running is not None:
        yield running.connection
    elif DB.pool is not None:
        async with DB.pool.acquire() as pooled:
            yield pooled
    else:
        single = await asyncpg.connect(**DB.config)
        try:
            yield single
        finally:
            await single.close()
