"""What the application's role may touch, and the triggers that keep history.

The role owns nothing. It cannot change or truncate history (R30, R31), and row changes of regulated tables are copied
into the audit trail by the database itself, whoever makes them (R29). A table that is in order is left alone: a command
beside a running server must not take a grant or a trigger away even for a moment.
"""

from __future__ import annotations

from typing import Any

from maskqms.db.registry import TableRule, table_rules

GRANTS = {
    "history": ("SELECT", "INSERT"),
    "regulated": ("SELECT", "INSERT", "UPDATE"),
    "working": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "owner": ("SELECT",),
}
MIGRATIONS = TableRule("migration", "owner", audited=False)
"""Piccolo's own table: a server asks it whether the database is as new as the program."""

PRESENT = """
SELECT c.relname AS name,
       ARRAY(SELECT a.privilege_type::text FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid) AS rights,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND EXISTS (SELECT 1 FROM aclexplode(a.attacl) x
                            WHERE x.grantee = r.oid AND x.privilege_type = 'INSERT')) AS given,
       ARRAY(SELECT t.tgname::text FROM pg_trigger t
             WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')) AS triggers
FROM pg_class c CROSS JOIN pg_roles r
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND r.rolname = $1
"""


def triggers(rule: TableRule) -> dict[str, str]:
    """Name -> what stands behind CREATE TRIGGER, of those that this table must have."""
    table = f'"{rule.name}"'
    wanted = {}
    if rule.kept:
        wanted["history_stays"] = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION"
        wanted["history_not_truncated"] = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION"
        wanted = {name: f"{words} maskqms_history_stays()" for name, words in wanted.items()}
    if rule.audited:
        changed = f"UPDATE OF {', '.join(rule.watched)}" if rule.watched else "UPDATE"
        events = f"{changed} OR DELETE" if rule.imported else f"INSERT OR {changed} OR DELETE"
        hidden = ", ".join(f"'{name}'" for name in rule.hidden)
        copied = f"EXECUTE FUNCTION maskqms_audit_row({hidden})"
        wanted["audit_rows"] = f"AFTER {events} ON {table} FOR EACH ROW {copied}"
        if rule.imported:
            wanted["audit_new_rows"] = f"AFTER INSERT ON {table} FOR EACH ROW WHEN (NEW.import_id IS NULL) {copied}"
    return wanted


def statements(rule: TableRule, role: str) -> list[str]:
    """The grants and triggers of one table; running them again changes nothing."""
    rights = [
        f"INSERT ({', '.join(rule.given)})" if right == "INSERT" and rule.given else right
        for right in GRANTS[rule.privilege]
    ]
    return [
        f'REVOKE ALL ON "{rule.name}" FROM "{role}"',
        f'GRANT {", ".join(rights)} ON "{rule.name}" TO "{role}"',
        *(f"CREATE OR REPLACE TRIGGER {name} {words}" for name, words in triggers(rule).items()),
    ]


async def amiss(link: Any, role: str) -> list[str]:
    """Tables that are not as their rule says, by name; `link` may be of any role."""
    present = {row["name"]: row for row in await link.fetch(PRESENT, role)}
    return sorted(rule.name for rule in (*table_rules(), MIGRATIONS) if not _in_order(rule, present.get(rule.name)))


def _in_order(rule: TableRule, row: Any | None) -> bool:
    if row is None:
        return False
    rights = set(GRANTS[rule.privilege]) - ({"INSERT"} if rule.given else set())
    return (
        set(row["rights"]) == rights
        and set(row["given"]) == set(rule.given)
        and set(triggers(rule)) <= set(row["triggers"])
    )


async def lay(link: Any, role: str) -> None:
    """Apply every table's rule; `link` is a connection of the owner. A table at a time, so that nobody who works
    meanwhile can be waiting for one table with another in hand."""
    await link.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
    await link.execute(f'REVOKE CREATE ON SCHEMA public FROM PUBLIC, "{role}"')
    for rule in (*table_rules(), MIGRATIONS):
        async with link.transaction():
            for line in statements(rule, role):
                await link.execute(line)
    await link.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    await link.execute(f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{role}"')
