"""The work that nobody waits for: one worker of all processes, and no fault of a job or of a key ends it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from maskqms.app import background as module
from maskqms.app.background import background
from maskqms.app.housekeeping import tidy
from maskqms.app.jobs import DOERS, Step, enqueue, run_due_jobs
from maskqms.audit.keys import seal_key_path
from maskqms.db import sql
from maskqms.db.opening import Place
from tests.conftest import People

SEAL = "SELECT count(*) FROM audit_seal"

WORKER = """
import asyncio, os, sys
from maskqms.app import background as b
from maskqms.db.engine import configure, start_pool
from maskqms.db import sql
b.TICK = 0.05
async def tell():
    await sql.execute("INSERT INTO number_series (prefix, day, last) VALUES ($1, current_date, 1)"
                      " ON CONFLICT (prefix, day) DO UPDATE SET last = number_series.last + 1", f"W{os.getpid()}")
    return 0
b.run_due_jobs = tell
async def main():
    configure(sys.argv[1])
    await start_pool(2)
    async with b.background():
        print("up", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture(autouse=True)
async def quick(db: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(module, "TICK", 0.02)
    kept = dict(DOERS)
    yield
    DOERS.clear()
    DOERS.update(kept)


async def until(true: Callable[[], Awaitable[Any]], seconds: float = 20) -> None:
    for _time in range(int(seconds / 0.05)):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def job(number: int) -> Any:
    row = await sql.fetch_one("SELECT state, progress, total, outcome, ended_at FROM job WHERE id = $1", number)
    assert row is not None
    return row


async def working() -> set[str]:
    """The processes that worked lately."""
    before = {r["prefix"]: r["last"] for r in await sql.fetch("SELECT prefix, last FROM number_series")}
    await asyncio.sleep(1)
    after = {r["prefix"]: r["last"] for r in await sql.fetch("SELECT prefix, last FROM number_series")}
    return {prefix for prefix, last in after.items() if last > before.get(prefix, 0)}


async def test_one_of_two_processes_works_and_the_other_takes_over_when_it_is_killed(db: Place) -> None:
    async def start() -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, db.app_url, stdout=pipe)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"up\n"
        return process

    pair = [await start(), await start()]
    try:
        await until(working)
        assert len(await working()) == 1
        (elected,) = await working()
        first = next(process for process in pair if f"W{process.pid}" == elected)
        first.kill()
        await first.wait()
        await until(working)
        (second,) = await working()
        assert second != elected
        assert int(second[1:]) in {process.pid for process in pair}
    finally:
        for process in pair:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def test_what_was_done_is_sealed_within_about_a_second(people: People) -> None:
    async with background():
        await until(lambda: sql.fetch_value(f"{SEAL} HAVING count(*) > 0"), seconds=5)


async def test_a_missing_key_stops_the_seals_and_nothing_else(people: People) -> None:
    DOERS["test"] = lambda _facts, _progress: _done()
    path = seal_key_path()
    async with background():
        await until(lambda: sql.fetch_value(f"{SEAL} HAVING count(*) > 0"))
        kept = path.rename(path.with_suffix(".kept"))
        try:
            await sql.execute("INSERT INTO audit_entry (kind, tag) VALUES ('act', 'clock:job')")
            number = await enqueue("test", {}, None)
            await until(lambda: sql.fetch_value("SELECT 1 FROM job WHERE state = 'done'"))
            assert (await job(number))["state"] == "done"
            assert await sql.fetch_value(SEAL) == 1
        finally:
            kept.rename(path)
        await until(lambda: sql.fetch_value(f"{SEAL} HAVING count(*) > 1"))


async def test_a_lost_connection_only_delays_the_work(people: People, owner: asyncpg.Connection) -> None:
    async with background():
        await until(lambda: sql.fetch_value(f"{SEAL} HAVING count(*) > 0"))
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1", module.ELECTION
        )
        await sql.execute("INSERT INTO audit_entry (kind, tag) VALUES ('act', 'clock:job')")
        await until(lambda: sql.fetch_value(f"{SEAL} HAVING count(*) > 1"))


async def _done() -> Step:
    return Step(progress=1, total=1, done=True)


async def test_a_job_goes_on_step_by_step_and_says_how_it_ended() -> None:
    async def count(facts: dict[str, Any], progress: int) -> Step:
        return Step(progress + 1, facts["of"], progress + 1 == facts["of"], {"sum": progress})

    DOERS["test"] = count
    number = await enqueue("test", {"of": 3}, None)
    assert await run_due_jobs() == 1
    row = await job(number)
    assert (row["state"], row["progress"], row["total"], row["ended_at"]) == ("running", 1, 3, None)
    while await run_due_jobs():
        pass
    row = await job(number)
    assert (row["state"], row["progress"], json.loads(row["outcome"])) == ("done", 3, {"sum": 2})
    assert row["ended_at"] is not None


async def test_a_job_that_raises_fails_alone_and_keeps_nothing_of_its_step() -> None:
    async def raises(_facts: dict[str, Any], _progress: int) -> Step:
        await sql.execute("INSERT INTO number_series (prefix, day, last) VALUES ('X', current_date, 1)")
        raise ZeroDivisionError("by zero")

    DOERS.update(raises=raises, fine=lambda _facts, _progress: _done())
    failing, fine = await enqueue("raises", {}, None), await enqueue("fine", {}, None)
    await run_due_jobs()
    row = await job(failing)
    assert (row["state"], "by zero" in row["outcome"]) == ("failed", True)
    assert (await job(fine))["state"] == "done"
    assert await sql.fetch_value("SELECT count(*) FROM number_series") == 0
    assert await run_due_jobs() == 0


async def test_a_job_of_an_unknown_kind_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(LookupError):
        await enqueue("nobody-does-this", {}, None)


async def test_a_step_that_met_another_writer_is_made_again() -> None:
    async def collide(_facts: dict[str, Any], progress: int) -> Step:
        if not progress and not tried:
            tried.append(True)
            raise asyncpg.DeadlockDetectedError
        return await _done()

    tried: list[bool] = []
    DOERS["test"] = collide
    number = await enqueue("test", {}, None)
    await run_due_jobs()
    assert (await job(number))["state"] == "waiting"
    await run_due_jobs()
    assert (await job(number))["state"] == "done"


async def test_two_workers_never_make_the_same_step() -> None:
    """For a moment there may be two: one whose connection died without a word, and the one elected after it."""
    made: list[int] = []

    async def slow(_facts: dict[str, Any], progress: int) -> Step:
        await asyncio.sleep(0.05)
        made.append(progress)
        return Step(progress + 1, 4, progress == 3)

    DOERS["test"] = slow
    number = await enqueue("test", {}, None)

    async def work() -> None:
        while (await job(number))["state"] != "done":
            await run_due_jobs()
            await asyncio.sleep(0.01)

    await asyncio.gather(work(), work(), work())
    assert made == [0, 1, 2, 3]


async def test_dead_sessions_and_old_keys_are_swept_away(people: People, owner: asyncpg.Connection) -> None:
    account = people.quality.account_id
    for age, code in (("0", "a"), ("1 hour", "b"), ("40 hours", "c")):
        await owner.execute(
            "INSERT INTO session (token_hash, account, opened_at, seen_at)"
            f" SELECT $1, $2, now() - '{age}'::interval, now() - '{age}'::interval",
            code,
            account,
        )
        await owner.execute(
            f"INSERT INTO act_reply (key, act, at) VALUES ($1, 'x', now() - '{age}'::interval * 40)", code
        )
    await tidy()
    assert {row["token_hash"] for row in await sql.fetch("SELECT token_hash FROM session")} == {"a", "b"}
    assert {row["key"] for row in await sql.fetch("SELECT key FROM act_reply")} == {"a", "b"}
