"""What the application's role may do, and that it is laid without a moment in which anything is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.db.opening import Place, prepare
from maskqms.db.privileges import amiss, lay
from maskqms.db.registry import table_rules
from tests.conftest import People

ROLE = "maskqms_app"
UNAUDITED = {
    "audit_entry": "is the trail",
    "audit_seal": "seals the trail",
    "former_password": "digests of passwords nobody has any more",
    "unit_state_change": "follows from the row of the unit, which is copied",
    "hold_unit": "follows from the hold and the ledger, ten thousand rows a cascade",
    "reading": "its act keeps the digests",
}


@pytest.fixture
async def mended(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Lays the privileges again after a test that took some away."""
    yield
    await lay(owner, ROLE)


async def test_a_migrated_database_lacks_nothing(db: Place, owner: asyncpg.Connection) -> None:
    assert await amiss(owner, ROLE) == []


async def test_what_somebody_took_away_is_noticed_and_laid_again(
    db: Place, owner: asyncpg.Connection, mended: None
) -> None:
    await owner.execute("DROP TRIGGER history_stays ON audit_seal")
    await owner.execute("ALTER TABLE account DISABLE TRIGGER audit_rows")
    await owner.execute(f"GRANT DELETE ON signature TO {ROLE}")
    assert await amiss(owner, ROLE) == ["account", "audit_seal", "signature"]
    await lay(owner, ROLE)
    assert await amiss(owner, ROLE) == []


async def test_a_database_in_order_is_left_alone(db: Place, owner: asyncpg.Connection) -> None:
    """A command beside a running server used to take every grant and trigger away for a moment."""
    before = await owner.fetch("SELECT oid, xmin::text FROM pg_trigger UNION ALL SELECT oid, xmin::text FROM pg_class")
    assert await prepare(db, kind="test") == []
    after = await owner.fetch("SELECT oid, xmin::text FROM pg_trigger UNION ALL SELECT oid, xmin::text FROM pg_class")
    assert {tuple(row) for row in before} == {tuple(row) for row in after}


async def test_laying_again_beside_running_acts_loses_no_row_of_the_trail(
    people: People, owner: asyncpg.Connection
) -> None:
    done = False

    async def work() -> int:
        acts = 0
        while not done:
            async with act(Tag.CLOCK_JOB, actor=people.quality) as this:
                await sql.execute("UPDATE account SET locale = CASE locale WHEN 'zh' THEN 'en' ELSE 'zh' END")
                await this.record(subject="all")
            acts += 1
        return acts

    working = asyncio.create_task(work())
    for _time in range(3):
        await lay(owner, ROLE)
    done = True
    acts = await working
    assert acts > 0
    people_count = await sql.fetch_value("SELECT count(*) FROM account")
    rows = await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE kind = 'row' AND tag = 'update'")
    assert rows == acts * people_count


async def test_only_the_owner_marks_a_database_or_begins_an_epoch(db: Place, owner: asyncpg.Connection) -> None:
    for statement in (
        "INSERT INTO database_mark (id, kind, created_at) VALUES (1, 'demo', now())",
        "INSERT INTO audit_epoch (id, began_at, reason) VALUES (9, now(), 'x')",
        "INSERT INTO clock_offset (id, shift) VALUES (1, '1 day')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("UPDATE database_mark SET kind = 'production'")


@pytest.mark.parametrize("column", ["id", "epoch", "tx", "at", "recorded_at", "table_name", "row_id"])
async def test_the_application_stamps_no_entry_itself(db: Place, column: str) -> None:
    """Number, transaction and times of an entry come from the database alone (R32)."""
    value = {"at": "now()", "recorded_at": "now()", "table_name": "'account'"}.get(column, "1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute(f"INSERT INTO audit_entry (kind, tag, {column}) VALUES ('act', 'x', {value})")


async def test_the_application_cannot_make_or_drop_anything(db: Place) -> None:
    for statement in (
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION maskqms_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "ALTER TABLE account DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_rows ON account",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await sql.execute(statement)


async def test_a_trigger_that_was_switched_off_is_named_by_verification(
    db: Place, owner: asyncpg.Connection, mended: None
) -> None:
    assert (await verify()).ok
    await owner.execute("ALTER TABLE account DISABLE TRIGGER audit_rows")
    found = await verify()
    assert found.first_broken is not None
    assert (found.first_broken.kind, found.first_broken.table) == ("trigger", "account")


def test_every_regulated_table_copies_its_rows() -> None:
    unaudited = {rule.name for rule in table_rules() if rule.privilege in {"history", "regulated"} and not rule.audited}
    assert unaudited <= set(UNAUDITED), "a new exception needs a reason here"
