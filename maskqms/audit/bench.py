"""`maskqms bench audit`: verification and sealing at size, and what sealing costs a writer beside it.

It makes a database of its own from real acts and drops it again. Verification is the whole of it: chain, signatures,
entries, acts, rows. The floor fetches the same entries in the same portions and hashes each once, nothing more.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import click

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.seals import seal
from maskqms.audit.tags import Tag
from maskqms.audit.verification import AT_ONCE, ENTRIES, verify
from maskqms.commandline import answering, json_option, print_json
from maskqms.db import sql
from maskqms.db.opening import Place, opened
from maskqms.db.scratch import made, own_database
from maskqms.settings import settings

BUDGET = 100_000
"""Entries verified in a second (design, section 8)."""

WRITER_BUDGET = 1.5
"""Times the median act without a sealer at work."""

WRITERS = 4

PEOPLE = """
INSERT INTO account (username, name, roles, password_hash, password_set_at, must_change, created_at)
SELECT n, '某人', '{quality}', 'x', now(), false, now() FROM unnest(ARRAY['one', 'two']) n;
INSERT INTO signature (account, username, name, roles, meaning, subject, content, digest, at)
VALUES (2, 'two', '某人', 'quality', 'granted', 'one', '{}', 'x', now());
INSERT INTO audit_entry (kind, tag, subject, name) VALUES ('act', 'authorisation:grant', 'one', '某人')
"""
ACTS = """
DO $$ BEGIN FOR n IN %d..%d LOOP
    INSERT INTO audit_entry (kind, tag, subject, account, name, roles, request_id, after)
    VALUES ('act', 'authorisation:grant', 'one', 2, '某人', 'quality', md5(n::text), jsonb_build_object('product', n));
    INSERT INTO release_authorisation (account, products, valid_from, valid_until, granted_by, signature, granted_at)
    SELECT 1, ARRAY['P-' || n], '2026-01-01', '2026-12-31', 2, 1, now() FROM generate_series(1, 2);
    UPDATE release_authorisation SET revoked_at = now() WHERE id IN (n, n + 1);
    COMMIT;
END LOOP; END $$
"""
"""An act with four rows, two new and two changed, a transaction each, copied into the trail by the triggers."""

ENTRIES_OF_AN_ACT = 5
SMALL_SEALS = 25
"""Entries under a seal of a quiet factory; a tenth of the trail is sealed like that."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Verification and sealing in entries a second, and an act's milliseconds without and with a sealer at work."""

    entries: int
    seals: int
    verified_per_second: int
    floor_per_second: int
    share_of_floor: float
    sealed_per_second: int
    act_ms: float
    act_beside_sealing_ms: float
    p99_ms: float
    p99_beside_sealing_ms: float
    budget: int
    writer_budget: float
    kept: bool


@contextmanager
def own_key() -> Iterator[None]:
    """A sealing key of the bench; the factory's own signs nothing here."""
    before = os.environ.get("MASKQMS_SEAL_KEY")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MASKQMS_SEAL_KEY"] = str(Path(folder) / "seal.key")
        settings.cache_clear()
        try:
            yield
        finally:
            os.environ.pop("MASKQMS_SEAL_KEY")
            if before is not None:
                os.environ["MASKQMS_SEAL_KEY"] = before
            settings.cache_clear()


async def fill(owner_url: str, entries: int, say: Callable[[str], None]) -> None:
    """Real acts; a tenth of them under small seals, the rest waiting."""
    link = await asyncpg.connect(owner_url, server_settings={"synchronous_commit": "off"})
    acts = entries // ENTRIES_OF_AN_ACT
    try:
        await link.execute(PEOPLE)
        for first in range(1, acts + 1, max(acts // 10, 1)):
            await link.execute(ACTS % (first, min(first + acts // 10 - 1, acts)))
            if first == 1:
                await seal(most=SMALL_SEALS)
            say(f"{first * ENTRIES_OF_AN_ACT} entries")
        await link.execute("VACUUM (ANALYZE)")
    finally:
        await link.close()


async def floor() -> int:
    """The bytes of every entry fetched and hashed; how many."""
    count, after = 0, 0
    while span := await sql.fetch_one(
        "SELECT min(tx) AS tx_from, max(tx) + 1 AS tx_until FROM ("
        f" SELECT tx FROM audit_entry WHERE epoch = 1 AND tx >= $1 ORDER BY tx LIMIT {AT_ONCE}) t HAVING count(*) > 0",
        after,
    ):
        rows = await sql.fetch(ENTRIES, 1, span["tx_from"], span["tx_until"])
        count += len([sha256(row["payload"]).digest() for row in rows])
        after = span["tx_until"]
    return count


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return await work(), time.perf_counter() - begun


async def acts_of_writers(seconds: float) -> list[float]:
    """How long each act took, in milliseconds, of writers that work at once on rows of their own."""
    end, took = time.perf_counter() + seconds, []

    async def write(row: int) -> None:
        while time.perf_counter() < end:
            begun = time.perf_counter()
            async with act(Tag.CLOCK_JOB, actor=SYSTEM) as this:
                await sql.execute("UPDATE release_authorisation SET granted_at = maskqms_now() WHERE id = $1", row)
                await this.record(subject="x")
            took.append((time.perf_counter() - begun) * 1000)

    await asyncio.gather(*(write(1 + number) for number in range(WRITERS)))
    return took


async def beside_sealing(seconds: float) -> list[float]:
    """The same while a sealer seals without a pause."""
    stopped = False

    async def seal_on() -> None:
        while not stopped:
            await seal()
            await asyncio.sleep(0)

    sealing = asyncio.create_task(seal_on())
    took = await acts_of_writers(seconds)
    stopped = True
    await sealing
    return took


async def bench(where: Place, entries: int, seconds: float, say: Callable[[str], None]) -> Rates:
    async with made(where), opened(where, pool=WRITERS + 2, kind="test"):
        assert where.owner_url is not None
        await fill(where.owner_url, entries, say)
        sealed, sealing = await _timed(seal)
        bare, hashing = await _timed(floor)
        found, verifying = await _timed(verify)
        assert found.ok, found.first_broken
        alone, beside = await acts_of_writers(seconds), await beside_sealing(seconds)
    rate, lowest = found.entries / verifying, bare / hashing
    return Rates(
        entries=found.entries,
        seals=found.seals,
        verified_per_second=round(rate),
        floor_per_second=round(lowest),
        share_of_floor=round(rate / lowest, 3),
        sealed_per_second=round(sealed / sealing),
        act_ms=round(median(alone), 2),
        act_beside_sealing_ms=round(median(beside), 2),
        p99_ms=round(quantiles(alone, n=100)[-1], 2),
        p99_beside_sealing_ms=round(quantiles(beside, n=100)[-1], 2),
        budget=BUDGET,
        writer_budget=WRITER_BUDGET,
        kept=rate >= BUDGET and median(beside) <= WRITER_BUDGET * median(alone),
    )


@click.command("audit")
@click.option("--entries", default=200_000, show_default=True, type=click.IntRange(min=1_000))
@click.option("--seconds", default=5.0, show_default=True, help="How long writers are measured, twice.")
@json_option
@answering
def audit_bench(entries: int, seconds: float, as_json: bool) -> None:
    """Entries verified and sealed a second, and acts beside a sealer; exit 1 when a budget is missed."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with own_key(), own_database(f"maskqms_bench_{os.getpid()}") as where:
        rates = asyncio.run(bench(where, entries, seconds, say))
    if as_json:
        print_json(asdict(rates))
    else:
        click.echo(f"{rates.verified_per_second} entries/s verified, budget {rates.budget}")
        click.echo(f"{rates.floor_per_second} entries/s bare: fetched and hashed once")
        click.echo(f"{rates.sealed_per_second} entries/s sealed")
        click.echo(f"{rates.act_ms} ms an act, {rates.act_beside_sealing_ms} ms beside a sealer at work")
    sys.exit(0 if rates.kept else 1)


BENCHES = [audit_bench]
