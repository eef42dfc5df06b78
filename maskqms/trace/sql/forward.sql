-- Everything that anything of the root went into: units, net edges, shipment lines; one statement, one snapshot,
-- no cap. Each level is stripped of repeats before it is expanded, so that a unit reached over many edges is not
-- expanded for each of them; UNION ends the walk when nothing new appears, whatever loops the data may hold.
-- Columns come as arrays: a wide answer is read in a tenth of the time that its rows would take.
WITH RECURSIVE walk (parent, child, share) AS (
    SELECT NULL::bigint, id, NULL::double precision FROM trace_unit WHERE code = $1
    UNION
    SELECT e.parent, e.child, e.share
    FROM (SELECT DISTINCT child FROM walk) w
    CROSS JOIN LATERAL (SELECT parent, child, share FROM trace_edge WHERE parent = w.child OFFSET 0) e
), walked AS MATERIALIZED (
    SELECT array_agg(child) AS seen, min(child) FILTER (WHERE parent IS NULL) AS root,
           array_agg(parent) FILTER (WHERE parent IS NOT NULL) AS edge_from,
           array_agg(child) FILTER (WHERE parent IS NOT NULL) AS edge_to,
           array_agg(share) FILTER (WHERE parent IS NOT NULL) AS edge_share
    FROM walk
), units AS (
    SELECT array_agg(id) AS ids, array_agg(code) AS codes, array_agg(kind) AS kinds,
           array_agg(quantity::text) AS quantities, array_agg(unit) AS measures, array_agg(state) AS states,
           array_agg(id) FILTER (WHERE on_hand > 0) AS here,
           array_agg(on_hand::text) FILTER (WHERE on_hand > 0) AS on_hands,
           array_agg(location) FILTER (WHERE on_hand > 0) AS locations
    FROM trace_unit WHERE id = ANY ((SELECT seen FROM walked)::bigint[])
), lines AS MATERIALIZED (
    SELECT array_agg(unit) AS line_units, array_agg(shipment) AS line_shipments,
           array_agg(consignee) AS line_consignees, array_agg(quantity::text) AS line_quantities
    FROM shipment_line WHERE unit = ANY ((SELECT seen FROM walked)::bigint[]) AND removed_at IS NULL
), shipments AS (
    SELECT array_agg(id) AS shipment_ids, array_agg(code) AS shipment_codes,
           array_agg(consignee) AS shipment_consignees, array_agg(shipped_on::text) AS dates,
           array_agg(id) FILTER (WHERE state <> 'confirmed') AS waiting
    FROM shipment WHERE id = ANY ((SELECT line_shipments FROM lines)::bigint[])
), consignees AS (
    SELECT array_agg(id) AS consignee_ids, array_agg(code) AS consignee_codes
    FROM consignee WHERE id IN (SELECT unnest(line_consignees) FROM lines)
)
SELECT maskqms_now() AS at, root, edge_from, edge_to, edge_share, units.*, lines.*, shipments.*, consignees.*,
       (SELECT count(*) FROM trace_edge WHERE parent = ANY ((SELECT seen FROM walked)::bigint[])) AS edges_there
FROM walked, units, lines, shipments, consignees
