-- One line of the ledger and its effect on the net edge, whose share is of what the parent holds on record.
WITH parent AS (
    SELECT id, quantity, unit FROM trace_unit WHERE id = $1
), ledger AS (
    INSERT INTO trace_link (parent, child, activity, quantity, unit, drawn, span_from, span_to, window_from, window_to,
                            at, recorded_at, actor, reverses, reason)
    SELECT id, $2, $3, $4, unit, $5, $6, $7, $8, $9, maskqms_now(), maskqms_now(), $10, $11, $12 FROM parent
    RETURNING id, parent, child, activity, quantity, unit, drawn, at, reverses
), gone AS (
    DELETE FROM trace_edge e WHERE e.child = $2 AND e.parent = $1 AND e.quantity + $4 <= 0
), changed AS (
    UPDATE trace_edge e SET quantity = e.quantity + $4, share = trace_share(e.quantity + $4, p.quantity)
    FROM parent p WHERE e.child = $2 AND e.parent = $1 AND e.quantity + $4 > 0
    RETURNING 1
), added AS (
    INSERT INTO trace_edge (child, parent, quantity, share)
    SELECT $2, id, $4, trace_share($4, quantity) FROM parent
    WHERE $4 > 0 AND NOT EXISTS (SELECT 1 FROM trace_edge e WHERE e.child = $2 AND e.parent = $1)
)
SELECT * FROM ledger
