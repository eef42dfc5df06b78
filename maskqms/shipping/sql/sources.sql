-- The batches above each carton (through boxes, or packed straight from the batch), with the release of each.
WITH RECURSIVE walk (carton, id, kind) AS (
    SELECT u.id, u.id, u.kind FROM trace_unit u WHERE u.id = ANY($1::bigint[])
    UNION
    SELECT w.carton, e.parent, e.kind
    FROM walk w
    CROSS JOIN LATERAL (SELECT t.parent, p.kind FROM trace_edge t JOIN trace_unit p ON p.id = t.parent
        WHERE t.child = w.id OFFSET 0) e
    WHERE w.kind <> 'batch'
)
SELECT w.carton, b.id AS unit, b.code AS batch, b.import_id IS NOT NULL AS imported, r.certificate, r.product,
    coalesce(r.device_name, CASE WHEN b.import_id IS NOT NULL THEN b.item END) AS device_name,
    coalesce(r.model, CASE WHEN b.import_id IS NOT NULL THEN b.item END) AS model,
    coalesce(r.markets, '{}') AS markets
FROM walk w JOIN trace_unit b ON b.id = w.id
LEFT JOIN release_record r ON r.batch = b.id AND r.decision = 'released'
WHERE w.kind = 'batch'
ORDER BY w.carton, b.id
