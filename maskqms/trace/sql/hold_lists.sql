-- The three lists over the units of a hold, each with how long it is; the first $2 entries of each, or all.
WITH held AS MATERIALIZED (
    SELECT u.id, u.code, u.kind, u.unit, u.on_hand, u.state, u.location
    FROM hold_unit h JOIN trace_unit u ON u.id = h.unit WHERE h.hold = $1
), line AS (
    SELECT h.*, l.quantity, l.consignee, s.code AS shipment, s.state = 'confirmed' AS gone
    FROM held h JOIN shipment_line l ON l.unit = h.id AND l.removed_at IS NULL JOIN shipment s ON s.id = l.shipment
), item (view, code, kind, quantity, unit, place, name) AS (
    SELECT 'shipped', l.code, l.kind, sum(l.quantity), l.unit, c.code, c.name
    FROM line l JOIN consignee c ON c.id = l.consignee WHERE l.gone GROUP BY l.id, l.code, l.kind, l.unit, c.id
    UNION ALL
    SELECT 'stoppable', code, kind, quantity, unit, shipment, NULL FROM line WHERE NOT gone
    UNION ALL
    SELECT CASE WHEN state = 'in_process' THEN 'stoppable' ELSE 'on_hand' END, code, kind, on_hand, unit,
           CASE WHEN state = 'in_process' THEN 'in_process' ELSE coalesce(location, 'stock') END, NULL
    FROM held WHERE on_hand > 0 OR (state = 'in_process' AND kind IN ('batch', 'load'))
), numbered AS (
    SELECT item.*, count(*) OVER (PARTITION BY view) AS total,
           row_number() OVER (PARTITION BY view ORDER BY code, place) AS place_in_list
    FROM item
)
SELECT view, code, kind, quantity, unit, place, name, total FROM numbered
WHERE $2::bigint IS NULL OR place_in_list <= $2 ORDER BY view, place_in_list
