-- The lowest floor: nothing but the walk and, forward, the shipment lines it reaches.
WITH RECURSIVE walk (id) AS (
    SELECT id FROM trace_unit WHERE code = $1
    UNION
    SELECT e.child
    FROM walk w
    CROSS JOIN LATERAL (SELECT child FROM trace_edge WHERE parent = w.id OFFSET 0) e
)
SELECT w.id, l.shipment, l.consignee, l.quantity
FROM walk w
CROSS JOIN LATERAL (
    SELECT shipment, consignee, quantity FROM shipment_line WHERE unit = w.id AND removed_at IS NULL OFFSET 0) l
