"""The trail: what is written, that it cannot be changed, and that verification names what was."""

from __future__ import annotations

import json

import asyncpg
import pytest

from maskqms.accounts.actions.people import create_account
from maskqms.actor import SYSTEM, Role
from maskqms.audit.acts import act
from maskqms.audit.seals import merkle_root, seal
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from tests.conftest import People

pytestmark = pytest.mark.usefixtures("db")


async def make_account(username: str = "somebody") -> int:
    return await create_account(
        username=username, name="某人", roles=[Role.INSPECTOR], password="long enough 2026", actor=SYSTEM
    )


async def test_an_act_leaves_its_line_and_the_rows_it_changed() -> None:
    await make_account()
    rows = await sql.fetch("SELECT kind, tag, subject, table_name, after FROM audit_entry ORDER BY id")
    assert [(r["kind"], r["tag"]) for r in rows] == [("row", "insert"), ("act", "account:create")]
    kept = json.loads(rows[0]["after"])["password_hash"]
    assert kept.startswith("sha256:")
    assert "argon2" not in rows[0]["after"]


async def test_a_refused_act_changes_nothing_and_is_kept_with_every_reason() -> None:
    with pytest.raises(Refused) as refused:
        await create_account(username="Bad Name", name="x", roles=[], password="short", actor=SYSTEM)
    codes = {reason.code for reason in refused.value.reasons}
    assert codes == {"account.no-role", "account.username", "password.short"}
    entries = await sql.fetch("SELECT kind, subject, after::text AS after FROM audit_entry")
    assert [(e["kind"], e["subject"]) for e in entries] == [("refusal", "Bad Name")]
    assert all(code in entries[0]["after"] for code in codes)
    assert await sql.fetch_value("SELECT count(*) FROM account") == 0


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "signature"])
async def test_the_application_cannot_change_history(statement: str, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute(statement.format(table))


async def test_even_the_owner_meets_the_trigger(owner: asyncpg.Connection) -> None:
    await make_account()
    for statement in ("UPDATE audit_entry SET tag = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(statement)


async def test_untouched_history_verifies() -> None:
    await make_account()
    assert await seal() == 2
    await make_account("another")
    found = await verify()
    assert (found.ok, found.entries, found.seals, found.unsealed) == (True, 4, 1, 2)


async def test_a_changed_entry_is_named(owner: asyncpg.Connection) -> None:
    for name in ("one", "two", "three"):
        await make_account(name)
    await seal()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE audit_entry SET name = 'nobody' WHERE id = 4")
    found = await verify()
    assert found.first_broken is not None
    assert (found.first_broken.kind, found.first_broken.id) == ("entry", 4)


async def test_a_removed_entry_and_a_removed_seal_are_noticed(owner: asyncpg.Connection) -> None:
    await make_account("one")
    await seal()
    await make_account("two")
    await seal()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("DELETE FROM audit_entry WHERE id = 2")
    assert not (await verify()).ok
    await owner.execute("DELETE FROM audit_seal WHERE id = 1")
    found = await verify()
    assert found.first_broken is not None
    assert found.first_broken.kind == "seal"


async def test_a_row_changed_behind_the_products_back_is_named(owner: asyncpg.Connection) -> None:
    account = await make_account()
    await seal()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE account SET roles = '{quality}' WHERE id = $1", account)
    found = await verify()
    assert found.first_broken is not None
    assert (found.first_broken.kind, found.first_broken.table, found.first_broken.id) == ("row", "account", account)


async def test_a_row_changed_by_no_act_is_named_though_the_trigger_saw_it(owner: asyncpg.Connection) -> None:
    account = await make_account()
    await owner.execute("UPDATE account SET roles = '{quality}' WHERE id = $1", account)
    found = await verify()
    assert found.first_broken is not None
    assert (found.first_broken.table, found.first_broken.id) == ("account", account)
    assert "no act" in found.first_broken.reason


async def test_a_running_transaction_is_sealed_only_when_it_has_ended(owner: asyncpg.Connection) -> None:
    running = owner.transaction()
    await running.start()
    await owner.execute("SELECT pg_current_xact_id()")
    await make_account()
    assert await seal() == 0
    await running.rollback()
    assert await seal() == 2


async def test_an_inner_refusal_undoes_the_outer_act_too(people: People) -> None:
    async def outer() -> None:
        async with act(Tag.CLOCK_JOB, actor=SYSTEM):
            await make_account("kept")
            async with act(Tag.CLOCK_JOB, actor=people.quality):
                refuse(_("No"), [Reason("test.no", _("No"))])

    with pytest.raises(Refused):
        await outer()
    assert await sql.fetch_value("SELECT count(*) FROM account WHERE username = 'kept'") == 0


def test_the_merkle_root_depends_on_every_leaf_and_its_place() -> None:
    leaves = [bytes([n]) * 32 for n in range(7)]
    roots = {merkle_root(leaves[:n]) for n in range(1, 8)} | {merkle_root([*leaves[1:], leaves[0]])}
    assert len(roots) == 8
