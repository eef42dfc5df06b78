-- The floor of a backward trace: the bare lateral walk with every edge and the unit it leads to as rows in Python.
WITH RECURSIVE walk (id) AS (
    SELECT id FROM trace_unit WHERE code = $1
    UNION
    SELECT e.parent
    FROM walk w
    CROSS JOIN LATERAL (SELECT parent FROM trace_edge WHERE child = w.id OFFSET 0) e
)
SELECT e.child, e.parent, e.share, u.code, u.kind, u.quantity, u.unit, u.state
FROM walk w
CROSS JOIN LATERAL (SELECT child, parent, share FROM trace_edge WHERE child = w.id OFFSET 0) e
CROSS JOIN LATERAL (SELECT code, kind, quantity, unit, state FROM trace_unit WHERE id = e.parent OFFSET 0) u
