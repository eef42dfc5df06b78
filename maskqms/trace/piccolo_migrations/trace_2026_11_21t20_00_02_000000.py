"""What a unit was at a moment, told from now backwards; the edges against the ledger; the subjects of holds."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "the past told backwards, edge check, subjects of holds"

# Whether a unit was there at a moment, the day of which it is in the factory: since it was written down; of imported
# history, since its files first say so.
THERE_AT = """
CREATE FUNCTION trace_there_at(of_unit bigint, moment timestamptz, day date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.created_at <= moment OR u.import_id IS NOT NULL AND (
        coalesce(u.made_on <= day, false)
        OR EXISTS (SELECT 1 FROM trace_link l WHERE l.parent = u.id AND l.at <= moment)
        OR EXISTS (SELECT 1 FROM trace_link l WHERE l.child = u.id AND l.at <= moment)
        OR EXISTS (SELECT 1 FROM shipment_line s WHERE s.unit = u.id AND s.added_at <= moment))
    FROM trace_unit u WHERE u.id = of_unit
$$
"""

# What is on hand now, with everything undone that happened after the moment: where nothing happened since, that stands.
# Sums of history may not add up, so undoing never gives more than was on record then (or, after a count, than is there).
ON_HAND_AT = """
CREATE OR REPLACE FUNCTION trace_on_hand_at(of_unit bigint, moment timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT greatest(0, least(greatest(u.on_hand, trace_quantity_at(of_unit, moment)), u.on_hand
        + coalesce((SELECT sum(l.quantity) FROM trace_link l
                    WHERE l.parent = of_unit AND l.drawn AND l.at > moment), 0)
        + coalesce((SELECT sum(CASE WHEN s.added_at > moment THEN s.quantity ELSE 0 END
                             - CASE WHEN s.removed_at > moment THEN s.quantity ELSE 0 END)
                    FROM shipment_line s WHERE s.unit = of_unit), 0)
        - coalesce((SELECT sum(CASE WHEN m.kind IN ('scrap', 'sample', 'retain', 'return') THEN -m.quantity
                                    ELSE m.quantity END)
                    FROM unit_movement m WHERE m.unit = of_unit AND m.at > moment), 0)))
    FROM trace_unit u WHERE u.id = of_unit
$$
"""

# Edges that are not what the ledger makes: another quantity or share, missing, or too many.
EDGE_DIFFERENCES = """
CREATE FUNCTION trace_edge_differences()
RETURNS TABLE (parent bigint, child bigint, by_ledger numeric, stands numeric)
LANGUAGE sql STABLE AS $$
    WITH ledger AS (
        SELECT l.parent, l.child, sum(l.quantity) AS quantity FROM trace_link l
        GROUP BY l.parent, l.child HAVING sum(l.quantity) <> 0)
    SELECT p.id, coalesce(l.child, e.child), l.quantity, e.quantity
    FROM ledger l
    FULL JOIN trace_edge e ON e.parent = l.parent AND e.child = l.child
    JOIN trace_unit p ON p.id = coalesce(l.parent, e.parent)
    WHERE l.quantity IS DISTINCT FROM e.quantity
       OR abs(e.share - trace_share(e.quantity, p.quantity)) > 1e-12
$$
"""

# What a hold on more than one unit comes down to, and the holds that a new unit comes under.
INDEXES = """
CREATE INDEX trace_unit_supplier ON trace_unit (supplier) WHERE supplier IS NOT NULL;
CREATE INDEX trace_unit_product ON trace_unit ((identifiers ->> 'product')) WHERE kind = 'batch';
CREATE INDEX trace_unit_line ON trace_unit ((identifiers ->> 'line')) WHERE kind = 'batch';
CREATE INDEX hold_on_subject ON hold (subject, subject_kind) WHERE state = 'active' AND unit IS NULL;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="trace", description=DESCRIPTION)

    async def run() -> None:
        await run_script(THERE_AT, ON_HAND_AT, EDGE_DIFFERENCES, INDEXES)

    manager.add_raw(run)
    return manager
