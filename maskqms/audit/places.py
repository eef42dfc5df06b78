"""Which rows tell of a record: its own, those that name it, and those that name these.

The tables themselves say it, by their references, so a new table of a later package is part of every history without a
word here. Three statements, however much has happened to the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from piccolo.columns import BigInt, BigSerial, ForeignKey, Text, Varchar
from piccolo.table import Table

from maskqms.db import sql
from maskqms.db.registry import app_configs, rule_of, tables

NAMES = ("code", "number", "username")
"""Columns by which people call a record."""

UNIT = "trace_unit"
"""The table whose key the tables of lots, rolls, batches, boxes and cartons share."""

NAMED_BY_ALL = frozenset(
    {"account", "signature", "product", "material", "supplier", "master_record", "gateway", "instrument", "laboratory"}
)
"""What records everywhere name: of those only the rows of its own package belong to its life."""

Rows = Mapping[str, tuple[int, ...]]
"""Numbers of rows, by table."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Which rows of `table` tell of rows of `target`: those that name them, or those that a join names with them."""

    table: str
    target: str
    near: bool
    query: str


def _shares_key(table: type[Table]) -> bool:
    key = table._meta.primary_key
    return isinstance(key, BigInt) and not isinstance(key, BigSerial)


@cache
def _homes() -> Mapping[str, str]:
    """Table -> package."""
    return {table._meta.tablename: config.app_name for config in app_configs() for table in config.table_classes}


@cache
def _own() -> str:
    """The statement that finds a record's own rows by what people call it, and the import that brought it."""
    arms = []
    for table in tables():
        name, columns = table._meta.tablename, {column._meta.name: column for column in table._meta.columns}
        for column in NAMES:
            if not isinstance(columns.get(column), Varchar | Text):
                continue
            arms.append(f'SELECT \'{name}\' AS name, id FROM "{name}" WHERE "{column}" = $1')
            if "import_id" in columns:
                brought = f'SELECT \'history_import\', import_id::bigint FROM "{name}" WHERE "{column}" = $1'
                arms.append(f"{brought} AND import_id IS NOT NULL")
    shared = [table._meta.tablename for table in tables() if _shares_key(table)]
    arms += [
        f"SELECT '{name}', f.id FROM \"{name}\" f JOIN {UNIT} u ON u.id = f.id WHERE u.code = $1" for name in shared
    ]
    return " UNION ALL ".join(arms)


@cache
def _references() -> tuple[Reference, ...]:
    """Every reference that a history follows. A unit of its own, as the roll of a lot, has a history of its own."""
    return tuple(one for table in tables() if not _shares_key(table) for one in _references_of(table))


def _references_of(table: type[Table]) -> list[Reference]:
    """An audited table names its targets by itself; of a mere join each end tells of the other."""
    name, rule, home = table._meta.tablename, rule_of(table), _homes()
    ends = []
    for column in table._meta.foreign_key_columns:
        assert isinstance(column, ForeignKey)
        target = column._foreign_key_meta.resolved_references._meta.tablename
        if column._meta.name != "import_id" and target != name:
            ends.append((column._meta.name, target))
    if rule.audited:
        return [
            Reference(name, target, home[target] == home[name], f'SELECT id FROM "{name}" WHERE "{column}" = ANY ')
            for column, target in ends
        ]
    joined = [end for end in ends if rule.privilege == "history" and end[1] not in NAMED_BY_ALL]
    return [
        Reference(other, target, True, f'SELECT "{there}" FROM "{name}" WHERE "{column}" = ANY ')
        for column, target in joined
        for there, other in joined
        if column != there
    ]


async def _telling(rows: Rows) -> Rows:
    """The rows that tell of these."""
    followed = [one for one in _references() if one.target in rows and (one.near or one.target not in NAMED_BY_ALL)]
    if not followed:
        return {}
    targets = sorted({one.target for one in followed})
    arms = [
        f"SELECT '{one.table}' AS name, told.* FROM ({one.query}(${targets.index(one.target) + 1}::bigint[])) told(id)"
        for one in followed
    ]
    found = await sql.fetch(" UNION ALL ".join(arms), *(list(rows[target]) for target in targets))
    return _by_table((row["name"], row["id"]) for row in found)


async def rows_about(subject: str) -> Rows:
    """The audited rows whose changes belong to the history of the record that people call so."""
    own = _by_table((row["name"], row["id"]) for row in await sql.fetch(_own(), subject))
    first = await _telling(own)
    second = await _telling({name: rows for name, rows in first.items() if name not in own})
    return _by_table((name, row) for found in (own, first, second) for name, rows in found.items() for row in rows)


def _by_table(pairs: Iterable[tuple[str, int]]) -> Rows:
    gathered: dict[str, set[int]] = {}
    for name, row in pairs:
        gathered.setdefault(name, set()).add(row)
    return {name: tuple(sorted(rows)) for name, rows in gathered.items()}
