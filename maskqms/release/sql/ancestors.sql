-- Every unit that anything of each batch came from, with what a gate asks of it; from the net edges, cycle-safe.
WITH RECURSIVE walk (batch, id) AS (
    SELECT id, id FROM unnest($1::bigint[]) AS t (id)
    UNION
    SELECT w.batch, e.parent
    FROM walk w
    CROSS JOIN LATERAL (SELECT parent FROM trace_edge WHERE child = w.id OFFSET 0) e
)
SELECT w.batch, u.id, u.code, u.kind, u.item, u.state, u.held, u.usable_until, u.supplier, u.supplier_lot, u.quantity,
    u.unit, u.identifiers ->> 'material' AS material, i.rows_digest AS history,
    CASE WHEN u.held THEN ARRAY(SELECT h.code FROM hold_unit hu JOIN hold h ON h.id = hu.hold
          WHERE hu.unit = u.id AND h.state = 'active' ORDER BY h.id) ELSE '{}' END AS holds,
    CASE WHEN u.state = 'consumed' THEN (SELECT s.before FROM unit_state_change s
          WHERE s.unit = u.id AND s.after = 'consumed' ORDER BY s.id DESC LIMIT 1) END AS before,
    CASE WHEN u.kind = 'lot' THEN ARRAY(SELECT c.code FROM change_control c
          WHERE c.id = ANY(maskqms_unvalidated(u.id)) ORDER BY c.id) ELSE '{}' END AS changes
FROM walk w JOIN trace_unit u ON u.id = w.id LEFT JOIN history_import i ON i.id = u.import_id
WHERE w.id <> w.batch
ORDER BY w.batch, u.id
