-- Everything that went into the root, back to the deliveries; one statement, one snapshot, no cap. See forward.sql.
WITH RECURSIVE walk (child, parent, share) AS (
    SELECT NULL::bigint, id, NULL::double precision FROM trace_unit WHERE code = $1
    UNION
    SELECT e.child, e.parent, e.share
    FROM (SELECT DISTINCT parent FROM walk) w
    CROSS JOIN LATERAL (SELECT child, parent, share FROM trace_edge WHERE child = w.parent OFFSET 0) e
), walked AS MATERIALIZED (
    SELECT array_agg(parent) AS seen, min(parent) FILTER (WHERE child IS NULL) AS root,
           array_agg(child) FILTER (WHERE child IS NOT NULL) AS edge_from,
           array_agg(parent) FILTER (WHERE child IS NOT NULL) AS edge_to,
           array_agg(share) FILTER (WHERE child IS NOT NULL) AS edge_share
    FROM walk
), units AS (
    SELECT array_agg(id) AS ids, array_agg(code) AS codes, array_agg(kind) AS kinds,
           array_agg(quantity::text) AS quantities, array_agg(unit) AS measures, array_agg(state) AS states,
           array_agg(id) FILTER (WHERE on_hand > 0) AS here,
           array_agg(on_hand::text) FILTER (WHERE on_hand > 0) AS on_hands,
           array_agg(location) FILTER (WHERE on_hand > 0) AS locations
    FROM trace_unit WHERE id = ANY ((SELECT seen FROM walked)::bigint[])
)
SELECT maskqms_now() AS at, root, edge_from, edge_to, edge_share, units.*,
       (SELECT count(*) FROM trace_edge WHERE child = ANY ((SELECT seen FROM walked)::bigint[])) AS edges_there
FROM walked, units
