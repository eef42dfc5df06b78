-- The edges that the ledger makes, beside the edges that stand; only where they differ.
SELECT p.code AS parent, c.code AS child, d.by_ledger, d.stands
FROM trace_edge_differences() d JOIN trace_unit p ON p.id = d.parent JOIN trace_unit c ON c.id = d.child
ORDER BY 1, 2
LIMIT $1
