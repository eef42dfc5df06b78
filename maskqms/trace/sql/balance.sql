-- One unit's quantities by where they went.
SELECT u.code, u.kind, u.unit, u.quantity AS received, u.on_hand, u.import_id IS NOT NULL AS imported,
       coalesce(l.linked, 0) AS linked, coalesce(s.shipped, 0) AS shipped, coalesce(s.picked, 0) AS picked,
       coalesce(m.restocked, 0) AS restocked, coalesce(m.scrap, 0) AS scrap, coalesce(m.samples, 0) AS samples,
       coalesce(m.retained, 0) AS retained, coalesce(m.returned, 0) AS returned, coalesce(m.adjusted, 0) AS adjusted
FROM trace_unit u
LEFT JOIN LATERAL (
    SELECT sum(quantity) AS linked FROM trace_link WHERE parent = u.id AND drawn
) l ON true
LEFT JOIN LATERAL (
    SELECT sum(quantity) FILTER (WHERE h.state = 'confirmed') AS shipped,
           sum(quantity) FILTER (WHERE h.state = 'open') AS picked
    FROM shipment_line x JOIN shipment h ON h.id = x.shipment WHERE x.unit = u.id AND x.removed_at IS NULL
) s ON true
LEFT JOIN LATERAL (
    SELECT sum(quantity) FILTER (WHERE kind = 'restock') AS restocked,
           sum(quantity) FILTER (WHERE kind = 'scrap') AS scrap,
           sum(quantity) FILTER (WHERE kind = 'sample') AS samples,
           sum(quantity) FILTER (WHERE kind = 'retain') AS retained,
           sum(quantity) FILTER (WHERE kind = 'return') AS returned,
           sum(quantity) FILTER (WHERE kind = 'adjust') AS adjusted
    FROM unit_movement WHERE unit = u.id
) m ON true
WHERE u.code = $1
