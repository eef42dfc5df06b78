"""Regulated rows against their history: part of `audit verify`."""

from __future__ import annotations

from maskqms.audit.chain import Broken
from maskqms.db import sql
from maskqms.db.privileges import PRESENT, triggers
from maskqms.db.registry import TableRule, table_rules

IMPORTS = "SELECT id FROM history_import WHERE rows_digest IS DISTINCT FROM trace_import_digest(id) ORDER BY id LIMIT 1"
"""Imported rows have no entries of their own; the import's digest, which stands in its act, speaks for all of them."""


HELD = (
    "SELECT u.id FROM trace_unit u WHERE u.held <> EXISTS (SELECT 1 FROM hold_unit hu JOIN hold h ON h.id = hu.hold"
    " WHERE hu.unit = u.id AND h.state = 'active') ORDER BY u.id LIMIT 1"
)
"""A unit's lock is derived from the holds, whose own rows are audited: it must say what they say."""

EDGES = "SELECT child FROM trace_edge_differences() ORDER BY child LIMIT 1"
"""The net edges that a trace walks are derived from the ledger; the id named is that of the unit they lead into."""


async def broken_trigger() -> Broken | None:
    """A table whose changes are not copied into the trail, or whose history may be changed, from now on."""
    role = await sql.fetch_value("SELECT current_user")
    present = {row["name"]: set(row["triggers"]) for row in await sql.fetch(PRESENT, role)}
    for rule in table_rules():
        if missing := sorted(set(triggers(rule)) - present.get(rule.name, set())):
            return Broken("trigger", rule.name, 0, f"missing or switched off: {', '.join(missing)}")
    return None


async def changed_by_no_act() -> Broken | None:
    """A row that changed in a transaction in which nobody acted."""
    row = await sql.fetch_one(
        "SELECT id, table_name, row_id FROM audit_entry WHERE id = ("
        " SELECT min(id) FILTER (WHERE kind = 'row') FROM audit_entry GROUP BY epoch, tx"
        " HAVING bool_or(kind = 'row') AND NOT bool_or(kind = 'act') ORDER BY 1 LIMIT 1)"
    )
    if row is None:
        return None
    return Broken("row", row["table_name"], row["row_id"], f"changed by no act (entry {row['id']})")


async def broken_row() -> Broken | None:
    """A row whose present content is not what its last entry says, or an import whose rows are not as they came."""
    rules = [rule for rule in table_rules() if rule.audited]
    for rule in rules:
        if (row := await sql.fetch_one(_compared(rule), rule.name)) is not None:
            return Broken("row", rule.name, row["id"], row["reason"])
    if any(rule.name == "trace_unit" for rule in rules) and (free := await sql.fetch_value(HELD)) is not None:
        return Broken("row", "trace_unit", free, "its lock is not what the holds say")
    if any(rule.imported for rule in rules) and (changed := await sql.fetch_value(IMPORTS)) is not None:
        return Broken("row", "history_import", changed, "its rows are not as they were loaded")
    if any(rule.name == "trace_link" for rule in rules) and (edge := await sql.fetch_value(EDGES)) is not None:
        return Broken("edge", "trace_edge", edge, "what went into this unit is not what the ledger says")
    return None


def _compared(rule: TableRule) -> str:
    """The first row that disagrees with its last entry; columns that a migration added or dropped do not count."""
    shown = "facts"
    if rule.hidden:
        digests = ", ".join(
            f"'{name}', 'sha256:' || encode(sha256(convert_to(facts ->> '{name}', 'UTF8')), 'hex')"
            for name in rule.hidden
        )
        shown = f"facts || jsonb_strip_nulls(jsonb_build_object({digests}))"
    for name in rule.derived:
        shown = f"({shown}) - '{name}'"
    imported = "t.import_id IS NOT NULL" if rule.imported else "false"
    return f"""
        WITH whole AS MATERIALIZED (
            SELECT t.id, to_jsonb(t) AS facts, {imported} AS imported FROM "{rule.name}" t),
        present AS MATERIALIZED (SELECT id, {shown} AS facts, imported FROM whole),
        latest AS (
            SELECT row_id, max(id) AS id FROM audit_entry WHERE kind = 'row' AND table_name = $1 GROUP BY row_id),
        last AS (SELECT e.row_id, e.tag, e.after FROM latest JOIN audit_entry e USING (id))
        SELECT coalesce(t.id, last.row_id) AS id,
               CASE WHEN last.row_id IS NULL THEN 'appeared without an entry'
                    WHEN t.id IS NULL THEN 'disappeared without an entry'
                    ELSE 'differs from its last entry' END AS reason
        FROM present t FULL JOIN last ON last.row_id = t.id
        WHERE (t.id IS NULL AND last.tag <> 'delete')
           OR (last.row_id IS NULL AND NOT t.imported)
           OR (t.id IS NOT NULL AND last.after IS NULL AND last.row_id IS NOT NULL)
           OR (t.facts <> last.after AND t.facts || last.after <> t.facts AND t.facts || (
                  SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(last.after)
                  WHERE t.facts ? key) <> t.facts)
        ORDER BY 1 LIMIT 1
        """
