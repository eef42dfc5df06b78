"""House rules of every table, read from the classes and from the migrated database."""

from __future__ import annotations

import asyncpg
import pytest
from piccolo.columns import ForeignKey, Timestamp
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table

from maskqms.audit.field_names import FIELDS
from maskqms.audit.table_names import TABLES
from maskqms.db.engine import DB
from maskqms.db.makemigration import write
from maskqms.db.registry import PRIVILEGES, app_configs, rule_of, table_rules, tables
from maskqms.db.sql import fetch, fetch_value

ALL = tables()
NAMES = [table._meta.tablename for table in ALL]


@pytest.mark.parametrize("table", ALL, ids=NAMES)
def test_a_table_says_how_it_may_be_touched(table: type[Table]) -> None:
    assert rule_of(table).privilege in PRIVILEGES
    assert table.__doc__, "a table says in one sentence what a row is"


@pytest.mark.parametrize("table", ALL, ids=NAMES)
def test_a_forgotten_value_is_an_error_and_not_an_empty_one(table: type[Table]) -> None:
    for column in table._meta.columns:
        default = column._meta.params.get("default")
        assert default != "", f"{column._meta.name} defaults to an empty text"
        if column._meta.name.endswith(("_id", "quantity", "number")):
            assert default is None, f"{column._meta.name} has a default"


@pytest.mark.parametrize("table", ALL, ids=NAMES)
def test_a_reference_never_deletes_what_refers(table: type[Table]) -> None:
    for column in table._meta.foreign_key_columns:
        assert isinstance(column, ForeignKey)
        assert column._foreign_key_meta.on_delete == OnDelete.restrict, column._meta.name
        assert column._foreign_key_meta.on_update in (OnUpdate.restrict, OnUpdate.cascade, OnUpdate.no_action)


@pytest.mark.parametrize("table", ALL, ids=NAMES)
def test_times_carry_their_zone(table: type[Table]) -> None:
    assert not [c._meta.name for c in table._meta.columns if type(c) is Timestamp]


@pytest.mark.parametrize("table", [table for table in ALL if rule_of(table).audited], ids=lambda t: t._meta.tablename)
def test_what_the_trail_shows_has_words(table: type[Table]) -> None:
    assert table._meta.tablename in TABLES
    assert {column._meta.name for column in table._meta.columns} - set(FIELDS) == set()


async def test_keys_are_64_bit_and_states_are_checked(db: object) -> None:
    narrow = await fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
        " AND data_type <> 'bigint' AND table_name NOT IN ('migration', 'database_mark', 'clock_offset', 'audit_epoch')"
    )
    assert not [row["table_name"] for row in narrow]
    unchecked = await fetch(
        "SELECT c.table_name FROM information_schema.columns c WHERE c.table_schema = 'public'"
        " AND c.column_name = 'state' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.contype = 'c'"
        " AND k.conrelid = format('%I', c.table_name)::regclass AND pg_get_constraintdef(k.oid) LIKE '%state%')"
    )
    assert not [row["table_name"] for row in unchecked]


async def test_every_table_of_the_database_is_known_and_owned_by_somebody_else(db: object) -> None:
    known = {rule.name for rule in table_rules()} | {"migration"}
    rows = await fetch("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} == known
    role = await fetch_value("SELECT current_user")
    assert role not in {row["tableowner"] for row in rows}
    assert not await fetch_value(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = $1", role
    )


HISTORY = [rule.name for rule in table_rules() if rule.privilege == "history"]


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_history_cannot_be_changed_by_the_application(db: object, table: str, statement: str) -> None:
    async with DB.pool.acquire() as link:  # type: ignore[union-attr]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute(statement.format(f'"{table}"'))


@pytest.mark.parametrize("package", [config.app_name for config in app_configs()])
def test_migrations_are_in_step_with_the_tables(package: str) -> None:
    path = write(package)
    if path is not None:
        text = path.read_text()
        path.unlink()
        pytest.fail(f"{package} needs a migration:\n{text}")
