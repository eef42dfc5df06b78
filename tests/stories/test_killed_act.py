"""Pulling the plug: whatever statement an act is killed after, either nothing happened or everything did."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from maskqms.db import sql
from maskqms.db.opening import Place
from tests.conftest import PASSWORD, People
from tests.make import materials as make_materials
from tests.make import release as make_release
from tests.make import shipping as make_shipping
from tests.make.batches import MELTBLOWN, make_roll, make_running, make_started

ROOT = Path(__file__).parents[2]
EVERYTHING = """
SELECT coalesce(string_agg(format('SELECT %L AS name, count(*) AS rows, md5(string_agg(t::text, %L ORDER BY t::text)) AS
digest FROM %I t', tablename, ',', tablename), ' UNION ALL '), '')
FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'audit_seal'
"""


class Killer:
    """The process that lets its children do an act, up to a statement."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def __call__(self, act: str, fatal: int, **facts: Any) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps({'act': act, 'fatal': fatal, **facts})}\n".encode())
        said = (await asyncio.wait_for(self.process.stdout.readline(), 60)).decode().strip()
        while await sql.fetch_value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'killed'"):
            await asyncio.sleep(0.01)
        return said


@pytest.fixture
async def killer(database: Place) -> AsyncIterator[Killer]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.stories.killed", database.app_url),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    yield Killer(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def everything() -> dict[str, tuple[int, str | None]]:
    """How many rows each table holds, and their digest."""
    found = await sql.fetch(await sql.fetch_value(EVERYTHING))
    return {row["name"]: (row["rows"], row["digest"]) for row in found}


async def receive(people: People) -> dict[str, str]:
    where = await make_materials.source(people)
    return {"supplier": where.supplier, "material": where.material}


async def issue(people: People) -> dict[str, str]:
    batch = await make_started(people)
    await make_roll("ML-KILL-R01", MELTBLOWN, quantity="1000")
    return {"batch": batch.code, "roll": "ML-KILL-R01"}


async def pack(people: People) -> dict[str, str]:
    return {"batch": (await make_running(people)).code}


async def release(people: People) -> dict[str, str]:
    return {"batch": (await make_release.ready(people)).code, "password": PASSWORD}


async def ship(people: People) -> dict[str, str]:
    done = await make_release.released(people)
    return {"shipment": await make_shipping.picked(people, done.batch_code)}


async def hold(people: People) -> dict[str, str]:
    done = await make_release.released(people)
    await make_shipping.picked(people, done.batch_code)
    return {"unit": f"ML-{done.batch_code}-R01"}


CHANGED: dict[Callable[[People], Awaitable[dict[str, str]]], tuple[str, ...]] = {
    receive: ("lot", "roll", "trace_unit", "trace_link", "trace_edge", "inspection", "audit_entry"),
    issue: ("batch_issue", "trace_unit", "trace_link", "trace_edge", "audit_entry"),
    pack: ("box", "carton", "trace_unit", "trace_link", "trace_edge", "audit_entry"),
    release: ("release_record", "certificate", "signature", "batch", "trace_unit", "inspection", "audit_entry"),
    ship: ("shipment", "shipment_papers", "sale_record", "audit_entry"),
    hold: ("hold", "hold_unit", "trace_unit", "audit_entry"),
}


@pytest.mark.parametrize("scene", CHANGED, ids=lambda scene: scene.__name__)
async def test_a_kill_after_any_statement_leaves_nothing_or_everything(
    people: People, killer: Killer, scene: Callable[[People], Awaitable[dict[str, str]]]
) -> None:
    facts = await scene(people)
    before = await everything()
    deaths, after = 0, before
    while after == before:
        deaths += 1
        assert await killer(scene.__name__, deaths, **facts) == "killed", "the act ended and nothing was changed"
        after = await everything()
    assert {name for name in CHANGED[scene] if after[name] == before[name]} == set(), f"half done at {deaths}"
    assert deaths > 10
