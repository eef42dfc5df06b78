"""Every way in which the owner of the database could lie, and the name that verification gives it."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from maskqms.accounts.actions.people import change_password, create_account
from maskqms.accounts.queries import account_by_id
from maskqms.actor import SYSTEM, Role
from maskqms.audit.chain import Broken
from maskqms.audit.keys import forget, seal_key_path
from maskqms.audit.rows import IMPORTS
from maskqms.audit.seals import database_name, seal
from maskqms.audit.verification import verify
from maskqms.db.opening import Place
from maskqms.settings import settings
from maskqms.trace.importer.load import import_history

OFF, ON = "SET session_replication_role = replica", "SET session_replication_role = origin"
WORD = "long enough 2026"


async def make(username: str) -> int:
    return await create_account(username=username, name="某人", roles=[Role.INSPECTOR], password=WORD, actor=SYSTEM)


@pytest.fixture
async def ids(db: Place) -> list[int]:
    """Three people, each under a seal of its own: entries 1 to 6, seals 1 to 3."""
    made = []
    for name in ("one", "two", "three"):
        made.append(await make(name))
        assert await seal() == 2
    assert (await verify()).ok
    return made


async def broken() -> Broken:
    found = await verify()
    assert not found.ok
    assert found.first_broken is not None
    return found.first_broken


LIES = {
    "changed": ("UPDATE audit_entry SET name = 'nobody' WHERE id = 3", "entry", 3, "not as it was"),
    "time": ("UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE id = 4", "entry", 4, "not as it was"),
    "field moved": (
        "UPDATE audit_entry SET subject = NULL, reason = subject WHERE id = 4",
        "entry",
        4,
        "not as it was",
    ),
    "first gone": ("DELETE FROM audit_entry WHERE id = 3", "entry", 4, "an entry before it is missing"),
    "last gone": ("DELETE FROM audit_entry WHERE id = 4", "entry", 3, "an entry after it is missing"),
    "added": (
        "INSERT INTO audit_entry (tx, kind, tag) SELECT tx, 'act', 'lot:decide' FROM audit_entry WHERE id = 3",
        "entry",
        7,
        "was added later",
    ),
    "seal gone": ("DELETE FROM audit_seal WHERE id = 2", "seal", 3, "missing or was replaced"),
    "seal renumbered": ("UPDATE audit_seal SET tx_until = tx_until + 1 WHERE id = 2", "seal", 2, "signature"),
    "seal resigned": ("UPDATE audit_seal SET key_id = repeat('ab', 32) WHERE id = 2", "seal", 2, "not this factory's"),
    "leaves": ("UPDATE audit_seal SET leaves = leaves || leaves WHERE id = 2", "seal", 2, "does not give its root"),
    "seals swapped": (
        "UPDATE audit_seal SET id = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id < 3",
        "seal",
        1,
        "missing or was replaced",
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_touched_trail_is_named(ids: list[int], owner: asyncpg.Connection, lie: str) -> None:
    statement, kind, number, reason = LIES[lie]
    await owner.execute(OFF)
    if lie == "seals swapped":
        await owner.execute("UPDATE audit_seal SET id = id + 100 WHERE id < 3")
        statement = "UPDATE audit_seal SET id = CASE id WHEN 101 THEN 2 ELSE 1 END WHERE id > 100"
    await owner.execute(statement)
    found = await broken()
    assert (found.kind, found.id) == (kind, number)
    assert reason in found.reason


async def test_an_end_cut_off_the_chain_is_named_by_the_machine_that_made_it(
    ids: list[int], owner: asyncpg.Connection
) -> None:
    await owner.execute(OFF)
    await owner.execute("DELETE FROM audit_entry WHERE id > 4; DELETE FROM audit_seal WHERE id = 3")
    await owner.execute("DELETE FROM account WHERE username = 'three'")
    found = await broken()
    assert (found.kind, found.id) == ("seal", 3)
    assert "the chain ends at seal 2" in found.reason
    forget(await database_name())  # what a restore does: the chain ends where its backup ended
    assert (await verify()).ok


ROWS = {
    "changed": ("UPDATE account SET roles = '{quality}' WHERE id = $1", "differs from its last entry"),
    "emptied": ("UPDATE account SET locked_until = now() WHERE id = $1", "differs from its last entry"),
    "password": ("UPDATE account SET password_hash = 'x' WHERE id = $1", "differs from its last entry"),
    "gone": ("DELETE FROM account WHERE id = $1", "disappeared without an entry"),
    "other number": ("UPDATE account SET id = id + 100 WHERE id = $1", "disappeared without an entry"),
}


@pytest.mark.parametrize("lie", ROWS)
@pytest.mark.parametrize("triggers", [OFF, ON])
async def test_a_touched_row_is_named_with_the_triggers_on_or_off(
    ids: list[int], owner: asyncpg.Connection, lie: str, triggers: str
) -> None:
    statement, reason = ROWS[lie]
    await owner.execute(triggers)
    await owner.execute(statement, ids[1])
    found = await broken()
    assert (found.kind, found.table) == ("row", "account")
    assert found.id == ids[1] or lie == "other number"
    assert reason in found.reason or "changed by no act" in found.reason


async def test_a_row_that_appeared_is_named(ids: list[int], owner: asyncpg.Connection) -> None:
    await owner.execute(OFF)
    await owner.execute(
        "INSERT INTO account (username, name, roles, password_hash, password_set_at, must_change, created_at)"
        " VALUES ('ghost', 'x', '{quality}', 'x', now(), false, now())"
    )
    found = await broken()
    assert (found.table, found.reason) == ("account", "appeared without an entry")


async def test_what_people_do_themselves_stays_whole(ids: list[int]) -> None:
    person = await account_by_id(ids[0])
    await change_password(current=WORD, password="another Word 2026", actor=person.actor())
    assert (await verify()).ok


async def test_a_column_that_a_migration_added_or_dropped_is_no_lie(ids: list[int], owner: asyncpg.Connection) -> None:
    changing = owner.transaction()
    await changing.start()
    await owner.execute("ALTER TABLE badge ADD COLUMN colour text DEFAULT 'red'")
    await changing.rollback()
    await owner.execute("ALTER TABLE account ADD COLUMN colour text DEFAULT 'red'")
    try:
        assert (await verify()).ok
        await make("coloured")
        assert (await verify()).ok
    finally:
        await owner.execute("ALTER TABLE account DROP COLUMN colour")
    assert (await verify()).ok
    await owner.execute(OFF)
    await owner.execute("UPDATE account SET name = 'x' WHERE username = 'coloured'")
    assert (await broken()).reason == "differs from its last entry"


async def test_a_missing_key_is_said_and_no_new_one_is_made(ids: list[int]) -> None:
    path = seal_key_path()
    kept = path.rename(path.with_suffix(".kept"))
    try:
        assert "the sealing key is not here" in (await broken()).reason
        assert not path.exists()
    finally:
        kept.rename(path)
    assert (await verify()).ok


async def test_an_entry_of_a_closed_epoch_is_named(ids: list[int], owner: asyncpg.Connection) -> None:
    """After a restore the trail goes on in a new epoch; nothing can be slipped into the old one."""
    await owner.execute("INSERT INTO audit_epoch (id, began_at, reason) VALUES (2, now(), 'restored')")
    try:
        await make("four")
        assert await seal() == 2
        assert (await verify()).ok
        await owner.execute(
            "INSERT INTO audit_entry (epoch, tx, kind, tag) SELECT 1, max(tx) + 1, 'act', 'x' FROM audit_entry"
            " WHERE epoch = 1"
        )
        found = await broken()
        assert (found.kind, found.reason) == ("entry", "was added later to epoch 1, which is over")
    finally:
        await owner.execute(OFF)
        await owner.execute("DELETE FROM audit_epoch WHERE id = 2")


async def test_the_numbers_of_a_verification(ids: list[int]) -> None:
    await make("four")
    found = await verify()
    assert (found.ok, found.entries, found.seals, found.unsealed, found.first_broken) == (True, 8, 3, 2, None)
    assert found.as_json() == {"entries": 8, "seals": 3, "unsealed": 2, "ok": True, "first_broken": None}
    assert settings().data.joinpath("seal.key").stat().st_mode & 0o777 == 0o600


HISTORY = Path(__file__).parents[1] / "data" / "history_small"

IMPORTED = {
    "unit": "UPDATE trace_unit SET quantity = quantity + 1 WHERE id = 7",
    "link": "UPDATE trace_link SET quantity = quantity + 1 WHERE id = 7",
    "line": "DELETE FROM shipment_line WHERE id = 7",
    "smuggled": "INSERT INTO trace_unit (id, kind, code, item, quantity, unit, on_hand, state, held, identifiers,"
    " import_id, created_at) SELECT 1000000, kind, 'FALSE-1', item, quantity, unit, on_hand, state, held, identifiers,"
    " import_id, created_at FROM trace_unit WHERE id = 7",
}


async def test_imported_rows_are_held_against_the_digest_of_their_import(db: Place, owner: asyncpg.Connection) -> None:
    """They have no entries of their own, so any of them could be changed behind everybody's back."""
    await import_history({path.name: path.read_bytes() for path in HISTORY.glob("*.csv")}, actor=SYSTEM)
    assert (await verify()).ok
    await owner.execute(OFF)
    for lie, statement in IMPORTED.items():
        changing = owner.transaction()
        await changing.start()
        assert (await owner.execute(statement)).endswith(" 1")
        row = await owner.fetchrow(IMPORTS)
        assert row is not None, lie
        await changing.rollback()
    await owner.execute(IMPORTED["unit"])
    found = await broken()
    assert (found.kind, found.table, found.reason) == ("row", "history_import", "its rows are not as they were loaded")
