-- Many lines of the ledger and their net edges, in the order given; shares are of what the parents hold on record.
WITH wanted AS (
    SELECT t.parent, t.child, t.quantity, t.place, p.unit, p.quantity AS recorded
    FROM unnest($1::bigint[], $2::bigint[], $3::numeric[]) WITH ORDINALITY AS t (parent, child, quantity, place)
    JOIN trace_unit p ON p.id = t.parent
), ledger AS (
    INSERT INTO trace_link (parent, child, activity, quantity, unit, drawn, at, recorded_at, actor)
    SELECT parent, child, $4, quantity, unit, true, maskqms_now(), maskqms_now(), $5 FROM wanted ORDER BY place
)
INSERT INTO trace_edge AS e (child, parent, quantity, share)
SELECT child, parent, sum(quantity), trace_share(sum(quantity), max(recorded)) FROM wanted GROUP BY child, parent
ON CONFLICT (child, parent) DO UPDATE
SET quantity = e.quantity + excluded.quantity,
    share = trace_share(e.quantity + excluded.quantity, (SELECT quantity FROM trace_unit WHERE id = e.parent))
