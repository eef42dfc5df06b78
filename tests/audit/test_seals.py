"""Sealing: never in a writer's way, complete whatever runs meanwhile, and with one key."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from maskqms.accounts.actions.people import create_account
from maskqms.actor import SYSTEM, Role
from maskqms.audit import seals
from maskqms.audit.acts import act
from maskqms.audit.keys import CannotSeal, own_key_id, seal_key_path
from maskqms.audit.queries import trail_state
from maskqms.audit.running import seal_or_say
from maskqms.audit.seals import merkle_root, seal
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.db.opening import Place
from maskqms.settings import keep_file
from tests.conftest import People


async def write(times: int = 1) -> None:
    """An act with so many lines."""
    async with act(Tag.CLOCK_JOB, actor=SYSTEM) as this:
        for number in range(times):
            await this.record(subject=f"x{number}")


async def test_writers_and_sealers_at_once_leave_nothing_out_and_nothing_twice(db: Place) -> None:
    async def writer() -> None:
        for turn in range(15):
            await write(1 + turn % 3)

    async def sealer() -> None:
        for _turn in range(30):
            await seal()
            await asyncio.sleep(0.005)

    await asyncio.gather(*(writer() for _one in range(4)), sealer(), sealer())
    while await seal():
        pass
    found = await verify()
    assert (found.ok, found.unsealed, found.entries) == (True, 0, 4 * 30)
    assert found.seals > 1


async def test_a_slow_writer_is_sealed_when_it_has_ended_and_blocks_no_other(
    db: Place, owner: asyncpg.Connection
) -> None:
    await write()
    assert await seal() == 1
    slow = owner.transaction()
    await slow.start()
    await owner.execute("INSERT INTO audit_entry (kind, tag, name) VALUES ('act', 'clock:job', 'slow')")
    await asyncio.wait_for(write(), timeout=2)
    assert await asyncio.wait_for(seal(), timeout=2) == 0
    await slow.commit()
    assert await seal() == 2
    assert (await verify()).ok


async def test_a_seal_bounds_its_size_but_never_splits_a_transaction(
    db: Place,
) -> None:
    for lines in (2, 2, 2, 12, 1):
        await write(lines)
    assert await seal(most=5) == 19
    rows = await sql.fetch("SELECT entries FROM audit_seal ORDER BY id")
    assert [row["entries"] for row in rows] == [4, 2, 12, 1]
    assert (await verify()).ok


async def test_a_second_sealer_does_nothing_while_one_is_at_work(db: Place, owner: asyncpg.Connection) -> None:
    await write()
    working = owner.transaction()
    await working.start()
    await owner.execute("SELECT pg_advisory_xact_lock($1)", seals.SEALING)
    assert await seal() == 0
    await working.rollback()
    assert await seal() == 1


async def test_somebody_without_the_key_leaves_the_sealing_to_the_server(
    db: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command under another user used to make a key of its own, and the chain looked forged for ever after."""
    await write()
    await seal()
    path = seal_key_path()
    kept = path.rename(path.with_suffix(".kept"))
    try:
        await write()
        with pytest.raises(CannotSeal):
            await seal()
        await seal_or_say()
        assert "not sealed" in capsys.readouterr().err
        assert not path.exists()
        path.write_text("nonsense that is no key")
        await seal_or_say()
    finally:
        kept.rename(path)
    assert await seal() == 1
    assert (await verify()).ok


async def test_a_lost_key_is_replaced_when_somebody_writes_down_that_it_was_ours(db: Place) -> None:
    await write()
    await seal()
    path = seal_key_path()
    former = own_key_id()
    assert former is not None
    kept = path.rename(path.with_suffix(".kept"))
    trusted = path.with_name("seal.trusted")
    try:
        trusted.write_text(f"{former}\n")
        await write()
        assert await seal() == 1
        assert own_key_id() != former
        assert (await verify()).ok
        trusted.unlink()
        assert not (await verify()).ok
    finally:
        kept.rename(path)


async def test_the_page_of_the_trail_counts_what_waits(people: People) -> None:
    before = await trail_state()
    assert (before.seals, before.entries) == (0, before.unsealed)
    await seal()
    await write(3)
    state = await trail_state()
    assert (state.seals, state.unsealed, state.entries) == (1, 3, before.entries + 3)
    assert state.sealed_at is not None


async def test_a_secret_file_is_made_once_and_whole(tmp_path: object) -> None:
    """Two workers that start together used to see the first one's file while it was still empty."""
    path = seal_key_path().with_name("made-once")
    made = await asyncio.gather(*(asyncio.to_thread(keep_file, path, str(n).encode() * 9) for n in range(8)))
    assert len(set(made)) == 1
    assert len(made[0]) == 9
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()


def test_the_root_depends_on_every_leaf_and_its_place() -> None:
    leaves = [bytes([n]) * 32 for n in range(7)]
    roots = {merkle_root(leaves[:n]) for n in range(1, 8)} | {merkle_root([*leaves[1:], leaves[0]])}
    assert len(roots) == 8


async def test_the_application_makes_an_account_and_its_entries_are_sealed(db: Place) -> None:
    await create_account(username="chen", name="陈", roles=[Role.QUALITY], password="long enough 2026", actor=SYSTEM)
    assert await seal() == 2
