-- Every unit that anything of the given units went into, themselves included; from the net edges, cycle-safe.
WITH RECURSIVE walk (id) AS (
    SELECT unnest($1::bigint[])
    UNION
    SELECT e.child
    FROM walk w
    CROSS JOIN LATERAL (SELECT child FROM trace_edge WHERE parent = w.id OFFSET 0) e
)
SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids FROM walk
