-- The forward walk as it was at a moment: net links, states, stock and shipments from the ledger up to $2, which is in
-- day $3 of the factory. Only the root can be a unit that did not exist yet: it has no state then and nothing on hand.
WITH RECURSIVE walk (parent, child, quantity) AS (
    SELECT NULL::bigint, id, NULL::numeric FROM trace_unit WHERE code = $1
    UNION
    SELECT e.parent, e.child, e.quantity
    FROM (SELECT DISTINCT child FROM walk) w
    CROSS JOIN LATERAL (
        SELECT l.parent, l.child, trim_scale(sum(l.quantity)) AS quantity FROM trace_link l
        WHERE l.parent = w.child AND l.at <= $2 GROUP BY l.parent, l.child HAVING sum(l.quantity) > 0 OFFSET 0) e
), past AS MATERIALIZED (
    SELECT u.id, u.code, u.kind, u.unit, u.location, trace_quantity_at(u.id, $2) AS quantity,
           CASE WHEN t.there THEN trace_state_at(u.id, $2) END AS state,
           CASE WHEN t.there THEN trace_on_hand_at(u.id, $2) ELSE 0 END AS on_hand
    FROM trace_unit u CROSS JOIN LATERAL (SELECT trace_there_at(u.id, $2, $3) AS there) t WHERE u.id IN (SELECT child FROM walk)
), walked AS MATERIALIZED (
    SELECT array_agg(DISTINCT w.child) AS seen, min(w.child) FILTER (WHERE w.parent IS NULL) AS root,
           array_agg(w.parent) FILTER (WHERE w.parent IS NOT NULL) AS edge_from,
           array_agg(w.child) FILTER (WHERE w.parent IS NOT NULL) AS edge_to,
           array_agg(trace_share(w.quantity, t.quantity)) FILTER (WHERE w.parent IS NOT NULL) AS edge_share
    FROM walk w LEFT JOIN past t ON t.id = w.parent
), units AS (
    SELECT array_agg(id) AS ids, array_agg(code) AS codes, array_agg(kind) AS kinds,
           array_agg(quantity::text) AS quantities, array_agg(unit) AS measures, array_agg(state) AS states,
           array_agg(id) FILTER (WHERE on_hand > 0) AS here,
           array_agg(on_hand::text) FILTER (WHERE on_hand > 0) AS on_hands,
           array_agg(location) FILTER (WHERE on_hand > 0) AS locations
    FROM past
), lines AS MATERIALIZED (
    SELECT array_agg(unit) AS line_units, array_agg(shipment) AS line_shipments,
           array_agg(consignee) AS line_consignees, array_agg(quantity::text) AS line_quantities
    FROM shipment_line WHERE unit = ANY ((SELECT seen FROM walked)::bigint[]) AND added_at <= $2
          AND (removed_at IS NULL OR removed_at > $2)
), shipments AS (
    SELECT array_agg(id) AS shipment_ids, array_agg(code) AS shipment_codes,
           array_agg(consignee) AS shipment_consignees,
           array_agg(CASE WHEN confirmed_at <= $2 THEN shipped_on::text END) AS dates,
           array_agg(id) FILTER (WHERE confirmed_at IS NULL OR confirmed_at > $2) AS waiting
    FROM shipment WHERE id = ANY (ARRAY(SELECT DISTINCT unnest(line_shipments) FROM lines))
), consignees AS (
    SELECT array_agg(id) AS consignee_ids, array_agg(code) AS consignee_codes
    FROM consignee WHERE id = ANY (ARRAY(SELECT DISTINCT unnest(line_consignees) FROM lines))
)
SELECT $2::timestamptz AS at, walked.*, units.*, lines.*, shipments.*, consignees.*,
       (SELECT count(*) FROM (
           SELECT 1 FROM trace_link WHERE parent = ANY ((SELECT seen FROM walked)::bigint[]) AND at <= $2
           GROUP BY parent, child HAVING sum(quantity) > 0) there) AS edges_there
FROM walked, units, lines, shipments, consignees
