"""Pulling the plug: whatever statement an act is killed after, either nothing happened or everything did."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from maskqms.db import sql
from maskqms.db.opening import Place
from maskqms.trace.queries.units import unit_by_code
from tests.conftest import People
from tests.make.batches import MELTBLOWN, make_roll, make_started

ROOT = Path(__file__).parents[2]


def issue(url: str, batch: str, roll: str, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.stories.killed", url, batch, roll, str(fatal)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def gone() -> None:
    """Wait until the database has noticed that the killed process is no more."""
    while await sql.fetch_value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'killed'"):
        await asyncio.sleep(0.02)


async def state(batch_id: int, roll: str) -> tuple[Decimal, int, int, int]:
    """On hand, links, edges and audit entries: what an act changes."""
    return (
        (await unit_by_code(roll)).on_hand,
        await sql.fetch_value("SELECT count(*) FROM trace_link WHERE child = $1", batch_id),
        await sql.fetch_value("SELECT count(*) FROM trace_edge WHERE child = $1", batch_id),
        await sql.fetch_value("SELECT count(*) FROM audit_entry"),
    )


async def test_a_kill_between_any_two_statements_leaves_nothing_or_everything(people: People, database: Place) -> None:
    batch = await make_started(people)
    await make_roll("ML-KILL-R01", MELTBLOWN, quantity="1000")
    before = await state(batch.id, "ML-KILL-R01")
    whole = issue(database.app_url, batch.code, "ML-KILL-R01", 0)
    assert whole.returncode == 0, whole.stderr
    statements = int(whole.stdout)
    await gone()
    after = await state(batch.id, "ML-KILL-R01")
    assert (after[0], after[1], after[2]) == (before[0] - 100, before[1] + 1, 1)
    assert statements > 10

    for fatal in range(1, statements + 1):
        earlier = await state(batch.id, "ML-KILL-R01")
        killed = issue(database.app_url, batch.code, "ML-KILL-R01", fatal)
        assert killed.returncode == -signal.SIGKILL
        await gone()
        later = await state(batch.id, "ML-KILL-R01")
        assert later == earlier or (later[0] == earlier[0] - 100 and later[1] == earlier[1] + 1), fatal
