"""The work that nobody waits for: one worker among all processes, elected by a lock in the database.

It seals the audit trail about once a second and runs due jobs. A process that dies frees the lock with its connection,
and another takes over within a few seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from maskqms.app.housekeeping import EVERY, tidy
from maskqms.app.jobs import run_due_jobs
from maskqms.audit.keys import CannotSeal
from maskqms.audit.seals import seal
from maskqms.db.engine import DB

ELECTION = 7_201_005
"""Advisory lock: whoever holds it is the background worker."""

TICK = 1.0
"""Seconds between two rounds without work."""

PAUSE = 0.01
"""Seconds between two steps of a job: requests come first."""

SERVER = "MASKQMS_SERVER_PROCESS"
"""Set by the server for its workers: its own number, which a worker that starts late could no longer find out."""

log = structlog.get_logger("maskqms.background")


async def _seal(said: str | None) -> str | None:
    """Seal; why not, when the key is not here, logged once and not every second. Jobs go on all the same."""
    try:
        await seal()
    except (CannotSeal, PermissionError) as why:
        if str(why) != said:
            log.error("the audit trail cannot be sealed", reason=str(why))
        return str(why)
    return None


async def _rounds(link: asyncpg.Connection) -> None:
    """As long as the election stands: a question on its connection tells when it has died, and the lock with it."""
    why_unsealed: str | None = None
    swept = 0.0
    while await link.fetchval("SELECT true"):
        why_unsealed = await _seal(why_unsealed)
        busy = await run_due_jobs()
        if time.monotonic() - swept > EVERY:
            await tidy()
            swept = time.monotonic()
        await asyncio.sleep(PAUSE if busy else TICK)


async def _worker() -> None:
    """Stand for election again and again. A database that is away for a while only delays the work, and a fault of ours
    in one round does not end all others."""
    while True:
        try:
            link = await asyncpg.connect(**DB.config)
            try:
                while not await link.fetchval("SELECT pg_try_advisory_lock($1)", ELECTION):
                    await asyncio.sleep(3 * TICK)
                await _rounds(link)
            finally:
                link.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("background work interrupted", error=repr(error))
        except Exception as fault:
            log.error("background work failed", exc_info=fault)
        await asyncio.sleep(3 * TICK)


async def _leave_with(server: int) -> None:
    """A worker whose server was killed would go on for ever, hold the port, and lose an embedded database under its
    hands with the next command that ends. It leaves, in good order."""
    while os.getppid() == server:
        await asyncio.sleep(TICK)
    log.warning("the server is gone; this worker leaves")
    os.kill(os.getpid(), signal.SIGTERM)


@asynccontextmanager
async def background() -> AsyncIterator[None]:
    """Run the worker beside the server, and end it with it."""
    server = int(os.environ.get(SERVER, os.getppid()))
    tasks = [asyncio.create_task(_worker()), asyncio.create_task(_leave_with(server))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
