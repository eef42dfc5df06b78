"""Jobs in the background: a row says what is due; a package registers how its kind is done.

A job runs in steps that each commit, so that a killed worker resumes where it stopped. A step locks its job, so that
two workers, which there may be for a moment, never make the same one.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from maskqms.db import sql
from maskqms.db.transaction import transaction
from maskqms.errors import Refused

log = structlog.get_logger("maskqms.jobs")

AWAY = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)
"""The database is gone for a while: no fault of the job, which goes on when it is back."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step leaves: how far the job is, and whether anything is left to do."""

    progress: int
    total: int | None
    done: bool
    outcome: dict[str, Any] | None = None


DOERS: dict[str, Callable[[dict[str, Any], int], Awaitable[Step]]] = {}
"""Job kind -> the function that does its next step, given the facts and the progress so far."""


async def enqueue(kind: str, facts: dict[str, Any], account: int | None) -> int:
    """Ask for a job; its id."""
    if kind not in DOERS:
        raise LookupError(f"nobody does jobs of kind {kind!r}")
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "INSERT INTO job (kind, facts, state, due, progress, account, created_at)"
        " VALUES ($1, $2, 'waiting', clock_timestamp(), 0, $3, clock_timestamp()) RETURNING id",
        kind,
        json.dumps(facts),
        account,
    )


async def run_due_jobs() -> int:
    """One step of every due job; the number of steps made. A step that fails ends its job and says why."""
    rows = await sql.fetch(
        "SELECT id FROM job WHERE state IN ('waiting', 'running') AND due <= clock_timestamp() ORDER BY id"
    )
    return sum([await _run(row["id"]) for row in rows])


async def _run(job: int) -> int:
    try:
        return await _step(job)
    except AWAY:
        raise
    except Refused as refused:
        if any(reason.code == "record.busy" for reason in refused.reasons):
            return 0  # somebody else wrote to the same records; the next round tries again
        await _fail(job, refused)
    except Exception as error:
        await _fail(job, error)
    return 1


async def _step(job: int) -> int:
    async with transaction():
        row = await sql.fetch_one(
            "SELECT kind, facts, progress FROM job WHERE id = $1 AND state IN ('waiting', 'running')"
            " FOR UPDATE SKIP LOCKED",
            job,
        )
        if row is None:
            return 0
        step = await DOERS[row["kind"]](json.loads(row["facts"]), row["progress"])
        await sql.execute(
            "UPDATE job SET state = $2, progress = $3, total = $4, outcome = $5,"
            " ended_at = CASE WHEN $6 THEN clock_timestamp() END WHERE id = $1",
            job,
            "done" if step.done else "running",
            step.progress,
            step.total,
            None if step.outcome is None else json.dumps(step.outcome),
            step.done,
        )
        return 1


async def _fail(job: int, error: Exception) -> None:
    log.error("job failed", job=job, exc_info=error)
    await sql.execute(
        "UPDATE job SET state = 'failed', outcome = $2, ended_at = clock_timestamp() WHERE id = $1",
        job,
        json.dumps({"error": str(error) if isinstance(error, Refused) else repr(error)}),
    )
