"""Which packages exist with tables, and how each table may be touched: the tags on its class.

Privilege tag (exactly one): `history` (insert only), `regulated` (insert, update), `working` (insert, update, delete),
`owner` (the application only reads). `unaudited` marks history whose rows are not copied into the audit trail, `kept`
a table of the owner that not even the owner changes without leaving a mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from piccolo.columns import Bytea
from piccolo.conf.apps import AppConfig
from piccolo.table import Table

from maskqms.piccolo_conf import WITH_TABLES

PRIVILEGES = frozenset({"history", "regulated", "working", "owner"})


@dataclass(frozen=True, slots=True)
class TableRule:
    """A table's name, its one privilege tag, and whether row changes go into the audit trail.

    `imported`: rows with an `import_id` come by bulk load; the import's own entry and digest stand for them.
    `kept`: rows are only added. `given`: the columns the application fills in; the database stamps the others.
    `hidden`: secrets and files, of which the trail keeps the digest, so that a change of them shows all the same.
    `watched`: the columns whose update is copied, where some are derived from other audited rows (`DERIVED` on the
    class) and change by the thousand in one act; `derived` are those others. Empty: every column is watched.
    """

    name: str
    privilege: str
    audited: bool
    imported: bool = False
    kept: bool = False
    given: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


def app_configs() -> list[AppConfig]:
    """The Piccolo configuration of every package that has tables, lowest package first."""
    return [import_module(f"maskqms.{name}.piccolo_app").APP_CONFIG for name in WITH_TABLES]


def tables() -> list[type[Table]]:
    return [table for config in app_configs() for table in config.table_classes]


def rule_of(table: type[Table]) -> TableRule:
    tags = set(table._meta.tags)
    privilege = (tags & PRIVILEGES).pop() if len(tags & PRIVILEGES) == 1 else ""
    if not privilege:
        raise ValueError(f"{table.__name__} needs exactly one of {sorted(PRIVILEGES)}")
    audited = privilege in {"history", "regulated"} and "unaudited" not in tags
    imported = any(column._meta.name == "import_id" for column in table._meta.columns)
    kept = privilege == "history" or "kept" in tags
    names = [(c._meta.name, isinstance(c, Bytea)) for c in table._meta.columns]
    hidden = tuple(name for name, is_file in names if is_file or name.endswith("_hash"))
    given = getattr(table, "GIVEN", ())
    derived = tuple(getattr(table, "DERIVED", ()))
    watched = tuple(name for name, _is_file in names if name not in derived) if derived else ()
    hidden = hidden if audited else ()
    return TableRule(table._meta.tablename, privilege, audited, imported, kept, given, hidden, watched, derived)


def table_rules() -> list[TableRule]:
    """Every table's rule; a package adds tables that Piccolo cannot describe as `RAW_TABLES` in its piccolo_app."""
    rules = [rule_of(table) for table in tables()]
    for name in WITH_TABLES:
        raw = getattr(import_module(f"maskqms.{name}.piccolo_app"), "RAW_TABLES", {})
        rules += [TableRule(table, privilege, False) for table, privilege in raw.items()]
    return rules
