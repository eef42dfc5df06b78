-- The edges that the ledger makes, beside the edges that stand; only where they differ.
WITH ledger AS (
    SELECT parent, child, sum(quantity) AS quantity FROM trace_link GROUP BY parent, child HAVING sum(quantity) <> 0
)
SELECT p.code AS parent, c.code AS child, l.quantity AS by_ledger, e.quantity AS stands
FROM ledger l
FULL JOIN trace_edge e ON e.parent = l.parent AND e.child = l.child
JOIN trace_unit p ON p.id = coalesce(l.parent, e.parent)
JOIN trace_unit c ON c.id = coalesce(l.child, e.child)
WHERE l.quantity IS DISTINCT FROM e.quantity
   OR abs(e.share - trace_share(e.quantity, p.quantity)) > 1e-12
ORDER BY 1, 2
LIMIT $1
