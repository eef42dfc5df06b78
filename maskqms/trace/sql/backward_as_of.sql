-- The backward walk as it was at a moment, from the ledger up to $2. See forward_as_of.sql.
WITH RECURSIVE walk (child, parent, quantity) AS (
    SELECT NULL::bigint, id, NULL::numeric FROM trace_unit WHERE code = $1
    UNION
    SELECT e.child, e.parent, e.quantity
    FROM (SELECT DISTINCT parent FROM walk) w
    CROSS JOIN LATERAL (
        SELECT l.child, l.parent, trim_scale(sum(l.quantity)) AS quantity FROM trace_link l
        WHERE l.child = w.parent AND l.at <= $2 GROUP BY l.child, l.parent HAVING sum(l.quantity) > 0 OFFSET 0) e
), past AS MATERIALIZED (
    SELECT u.id, u.code, u.kind, u.unit, u.location, trace_quantity_at(u.id, $2) AS quantity,
           CASE WHEN t.there THEN trace_state_at(u.id, $2) END AS state,
           CASE WHEN t.there THEN trace_on_hand_at(u.id, $2) ELSE 0 END AS on_hand
    FROM trace_unit u CROSS JOIN LATERAL (SELECT trace_there_at(u.id, $2, $3) AS there) t WHERE u.id IN (SELECT parent FROM walk)
), walked AS MATERIALIZED (
    SELECT array_agg(DISTINCT w.parent) AS seen, min(w.parent) FILTER (WHERE w.child IS NULL) AS root,
           array_agg(w.child) FILTER (WHERE w.child IS NOT NULL) AS edge_from,
           array_agg(w.parent) FILTER (WHERE w.child IS NOT NULL) AS edge_to,
           array_agg(trace_share(w.quantity, t.quantity)) FILTER (WHERE w.child IS NOT NULL) AS edge_share
    FROM walk w LEFT JOIN past t ON t.id = w.parent
), units AS (
    SELECT array_agg(id) AS ids, array_agg(code) AS codes, array_agg(kind) AS kinds,
           array_agg(quantity::text) AS quantities, array_agg(unit) AS measures, array_agg(state) AS states,
           array_agg(id) FILTER (WHERE on_hand > 0) AS here,
           array_agg(on_hand::text) FILTER (WHERE on_hand > 0) AS on_hands,
           array_agg(location) FILTER (WHERE on_hand > 0) AS locations
    FROM past
)
SELECT $2::timestamptz AS at, walked.*, units.*,
       (SELECT count(*) FROM (
           SELECT 1 FROM trace_link WHERE child = ANY ((SELECT seen FROM walked)::bigint[]) AND at <= $2
           GROUP BY parent, child HAVING sum(quantity) > 0) there) AS edges_there
FROM walked, units
