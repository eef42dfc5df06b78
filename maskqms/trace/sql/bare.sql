-- The floor that the product is measured against: the bare lateral walk with what an answer holds as rows in Python:
-- every edge with the unit it leads to, and every shipment line.
WITH RECURSIVE walk (id) AS (
    SELECT id FROM trace_unit WHERE code = $1
    UNION
    SELECT e.child
    FROM walk w
    CROSS JOIN LATERAL (SELECT child FROM trace_edge WHERE parent = w.id OFFSET 0) e
)
SELECT e.parent, e.child, e.share, u.code, u.kind, u.quantity, u.unit, u.state, NULL::bigint AS shipment
FROM walk w
CROSS JOIN LATERAL (SELECT parent, child, share FROM trace_edge WHERE parent = w.id OFFSET 0) e
CROSS JOIN LATERAL (SELECT code, kind, quantity, unit, state FROM trace_unit WHERE id = e.child OFFSET 0) u
UNION ALL
SELECT w.id, l.consignee, NULL, NULL, NULL, l.quantity, NULL, NULL, l.shipment
FROM walk w
CROSS JOIN LATERAL (
    SELECT shipment, consignee, quantity FROM shipment_line WHERE unit = w.id AND removed_at IS NULL OFFSET 0) l
