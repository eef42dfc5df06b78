-- The lines of the ledger that stand between these units; what was reversed or came back is no use.
SELECT l.parent, l.child, l.activity, l.at, l.import_id IS NOT NULL AS imported
FROM trace_link l
WHERE l.child = ANY($1::bigint[]) AND l.quantity > 0
    AND NOT EXISTS (SELECT 1 FROM trace_link r WHERE r.reverses = l.id)
ORDER BY l.id
