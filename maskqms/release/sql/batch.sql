-- Batches with everything that hangs on each alone: one statement of the gate.
SELECT u.id, u.code, b.state, u.state AS unit_state, u.held, v.code AS validates, v.state AS change_state, b.made_on, b.expires_on, b.edition, b.standard,
    b.snapshot, b.started_at, p.code AS product, maskqms_now() AS at,
    ARRAY(SELECT h.code FROM hold_unit hu JOIN hold h ON h.id = hu.hold
          WHERE hu.unit = u.id AND h.state = 'active' ORDER BY h.id) AS holds,
    coalesce((SELECT jsonb_agg(jsonb_build_object('moment', c.moment, 'state', c.state, 'done_by', c.done_by,
                 'checked_by', c.checked_by, 'checked_at', c.checked_at, 'valid_until', c.valid_until) ORDER BY c.id)
              FROM clearance c WHERE c.batch = b.id), '[]') AS clearances,
    coalesce((SELECT jsonb_object_agg(kind, total::text) FROM
                 (SELECT kind, sum(quantity) AS total FROM batch_output WHERE batch = b.id GROUP BY kind) o), '{}') AS output,
    (SELECT coalesce(sum(c.pieces), 0) FROM carton c JOIN trace_unit cu ON cu.id = c.id
     WHERE c.batch = b.id AND c.unpacked_at IS NULL AND cu.state <> 'scrapped') AS packed,
    g.taken, g.kept,
    (SELECT count(*) FROM box x JOIN trace_unit xu ON xu.id = x.id
     WHERE x.batch = b.id AND x.carton IS NULL AND xu.on_hand > 0) AS loose_boxes,
    (SELECT coalesce(sum(e.quantity), 0) FROM trace_edge e JOIN trace_unit k ON k.id = e.child
     WHERE e.parent = b.id AND k.kind = 'box') AS boxed,
    u.on_hand, b.counted,
    coalesce((SELECT jsonb_object_agg(material, jsonb_build_array(issued::text, returned::text)) FROM
                 (SELECT material, coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS issued,
                      coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0) AS returned
                  FROM batch_issue WHERE batch = b.id GROUP BY material) m), '{}') AS issued,
    ARRAY(SELECT f.figures FROM batch_finding f WHERE f.batch = b.id) AS findings,
    coalesce((SELECT jsonb_agg(jsonb_build_object('part', r.part, 'account', r.account, 'name', s.name, 'at', r.at,
                 'digest', r.record_digest) ORDER BY r.id)
              FROM release_review r JOIN signature s ON s.id = r.signature WHERE r.batch = b.id), '[]') AS reviews
FROM batch b JOIN trace_unit u ON u.id = b.id JOIN product p ON p.id = b.product LEFT JOIN change_control v ON v.id = b.change
CROSS JOIN LATERAL (
    SELECT coalesce(sum(m.quantity), 0) AS taken, coalesce(sum(m.quantity) FILTER (WHERE m.kind = 'retain'), 0) AS kept
    FROM unit_movement m
    JOIN (SELECT id FROM box WHERE batch = b.id UNION ALL SELECT id FROM carton WHERE batch = b.id) x ON x.id = m.unit
    WHERE m.kind IN ('scrap', 'sample', 'retain')
) g
WHERE u.code = ANY($1::text[])
ORDER BY b.completed_at NULLS LAST, u.id
