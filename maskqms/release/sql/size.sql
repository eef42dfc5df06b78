-- How large the question about one batch is.
WITH RECURSIVE walk (id) AS (
    SELECT id FROM trace_unit WHERE code = $1
    UNION
    SELECT e.parent FROM walk w CROSS JOIN LATERAL (SELECT parent FROM trace_edge WHERE child = w.id OFFSET 0) e
)
SELECT count(*) - 1 AS ancestors,
    (SELECT count(*) FROM carton c JOIN trace_unit u ON u.id = c.batch WHERE u.code = $1) AS cartons
FROM walk
