"""The net edges with their double key, and the indexes of the spine."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "edges and indexes"

# Both indexes carry what a walk reads, so that a trace never touches the table itself.
EDGE = """
CREATE TABLE trace_edge (
    child bigint NOT NULL REFERENCES trace_unit (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    parent bigint NOT NULL REFERENCES trace_unit (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    share double precision NOT NULL,
    quantity numeric NOT NULL,
    CONSTRAINT trace_edge_pkey PRIMARY KEY (child, parent) INCLUDE (share, quantity),
    CONSTRAINT trace_edge_quantity CHECK (quantity > 0),
    CONSTRAINT trace_edge_share CHECK (share >= 0)
);
"""

# What part of the parent's recorded quantity went into the child; nothing on record yet means nothing can be said.
SHARE = """
CREATE FUNCTION trace_share(linked numeric, recorded numeric) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN recorded > 0 THEN (linked / recorded)::double precision ELSE 0 END
$$
"""

# What a unit was at a moment, told by what has happened to it since (state) or until then (quantities).
QUANTITY_AT = """
CREATE FUNCTION trace_quantity_at(of_unit bigint, moment timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.quantity - coalesce((
        SELECT sum(m.quantity) FROM unit_movement m
        WHERE m.unit = of_unit AND m.at > moment AND m.kind IN ('output', 'correct')), 0)
    FROM trace_unit u WHERE u.id = of_unit
$$
"""

STATE_AT = """
CREATE FUNCTION trace_state_at(of_unit bigint, moment timestamptz) RETURNS varchar
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT c.before FROM unit_state_change c WHERE c.unit = of_unit AND c.at > moment ORDER BY c.id LIMIT 1),
        (SELECT u.state FROM trace_unit u WHERE u.id = of_unit))
$$
"""

ON_HAND_AT = """
CREATE FUNCTION trace_on_hand_at(of_unit bigint, moment timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT greatest(0, trace_quantity_at(of_unit, moment)
        - coalesce((SELECT sum(l.quantity) FROM trace_link l
                    WHERE l.parent = of_unit AND l.drawn AND l.at <= moment), 0)
        - coalesce((SELECT sum(s.quantity) FROM shipment_line s WHERE s.unit = of_unit AND s.added_at <= moment
                    AND (s.removed_at IS NULL OR s.removed_at > moment)), 0)
        + coalesce((SELECT sum(CASE WHEN m.kind IN ('restock', 'adjust') THEN m.quantity
                                    WHEN m.kind IN ('output', 'correct') THEN 0
                                    ELSE -m.quantity END)
                    FROM unit_movement m WHERE m.unit = of_unit AND m.at <= moment), 0))
$$
"""

# What was loaded, told by rows that are as they came (ledger, lines) or by what their first audit entry says they were.
# Chunks of rows are digested apart, so that no text grows without bound.
IMPORT_DIGEST = """
CREATE FUNCTION trace_import_digest(of_import bigint) RETURNS text LANGUAGE sql STABLE AS $$
    WITH first AS (
        SELECT DISTINCT ON (table_name, row_id) table_name, row_id, before FROM audit_entry
        WHERE kind = 'row' AND tag <> 'insert' AND table_name IN ('trace_unit', 'consignee', 'shipment', 'shipment_line')
        ORDER BY table_name, row_id, id
    ), unit AS (
        SELECT u.id, CASE WHEN f.before IS NULL THEN u ELSE jsonb_populate_record(u, f.before) END AS r
        FROM trace_unit u LEFT JOIN first f ON f.table_name = 'trace_unit' AND f.row_id = u.id
        WHERE u.import_id = of_import
    ), rows (part, id, line) AS (
        SELECT 1, id, concat_ws('|', (r).kind, maskqms_field((r).code), maskqms_field((r).item), trim_scale((r).quantity),
            maskqms_field((r).unit), trim_scale((r).on_hand), (r).state, (r).made_on, extract(epoch FROM (r).usable_until),
            maskqms_field((r).supplier), maskqms_field((r).supplier_lot)) FROM unit
        UNION ALL
        SELECT 2, id, concat_ws('|', parent, child, activity, trim_scale(quantity), maskqms_field(unit), drawn,
            extract(epoch FROM at), extract(epoch FROM recorded_at)) FROM trace_link WHERE import_id = of_import
        UNION ALL
        SELECT 3, c.id, concat_ws('|', maskqms_field(r.code), maskqms_field(r.name), maskqms_field(r.address),
            maskqms_field(r.contact), maskqms_field(r.country))
        FROM consignee c LEFT JOIN first f ON f.table_name = 'consignee' AND f.row_id = c.id
        CROSS JOIN LATERAL jsonb_populate_record(c, coalesce(f.before, '{}')) r WHERE c.import_id = of_import
        UNION ALL
        SELECT 4, s.id, concat_ws('|', maskqms_field(r.code), r.consignee, r.state, r.shipped_on)
        FROM shipment s LEFT JOIN first f ON f.table_name = 'shipment' AND f.row_id = s.id
        CROSS JOIN LATERAL jsonb_populate_record(s, coalesce(f.before, '{}')) r WHERE s.import_id = of_import
        UNION ALL
        SELECT 5, l.id, concat_ws('|', r.shipment, r.unit, trim_scale(r.quantity), maskqms_field(r.unit_of_measure),
            r.consignee, r.removed_at IS NULL)
        FROM shipment_line l LEFT JOIN first f ON f.table_name = 'shipment_line' AND f.row_id = l.id
        CROSS JOIN LATERAL jsonb_populate_record(l, coalesce(f.before, '{}')) r WHERE l.import_id = of_import
    ), chunks AS (
        SELECT part, id / 10000 AS chunk, sha256(convert_to(string_agg(id || ':' || line, chr(10) ORDER BY id), 'UTF8')) AS digest
        FROM rows GROUP BY part, id / 10000
    )
    SELECT encode(sha256(coalesce(string_agg(digest, ''::bytea ORDER BY part, chunk), ''::bytea)), 'hex') FROM chunks
$$
"""

INDEXES = """
CREATE INDEX trace_edge_forward ON trace_edge (parent, child) INCLUDE (share, quantity);
CREATE INDEX trace_link_parent ON trace_link (parent);
CREATE INDEX trace_link_child ON trace_link (child);
CREATE INDEX trace_link_reverses ON trace_link (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX unit_movement_unit ON unit_movement (unit);
CREATE INDEX unit_state_change_unit ON unit_state_change (unit);
CREATE INDEX shipment_line_unit ON shipment_line (unit) INCLUDE (shipment, consignee, quantity) WHERE removed_at IS NULL;
CREATE INDEX trace_unit_sscc ON trace_unit ((identifiers ->> 'sscc')) WHERE identifiers ? 'sscc';
CREATE INDEX trace_unit_gtin ON trace_unit ((identifiers ->> 'gtin'), (identifiers ->> 'serial'), (identifiers ->> 'batch'))
    WHERE identifiers ? 'gtin';
CREATE INDEX trace_unit_expiring ON trace_unit (usable_until) WHERE on_hand > 0;
CREATE INDEX hold_active ON hold (placed_at) WHERE state = 'active';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="trace", description=DESCRIPTION)

    async def run() -> None:
        await run_script(EDGE, SHARE, QUANTITY_AT, STATE_AT, ON_HAND_AT, IMPORT_DIGEST, INDEXES)

    manager.add_raw(run)
    return manager
