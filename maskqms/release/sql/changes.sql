-- What was changed after it was first entered (R33), and a fingerprint of all entries, in one row a fact.
-- A row's update counts as a change where an old value that was there is now another one; the rules look at that.
WITH RECURSIVE mine AS (
    SELECT batch FROM unnest($1::bigint[]) AS t (batch)
), walk (batch, unit) AS (
    SELECT batch, batch FROM mine
    UNION
    SELECT w.batch, e.parent FROM walk w
    CROSS JOIN LATERAL (SELECT parent FROM trace_edge WHERE child = w.unit OFFSET 0) e
), family AS (
    SELECT batch, unit FROM walk
    UNION SELECT x.batch, x.id FROM box x JOIN mine ON x.batch = mine.batch
    UNION SELECT c.batch, c.id FROM carton c JOIN mine ON c.batch = mine.batch
), sheets AS (
    SELECT mine.batch, i.id, i.code FROM inspection i JOIN mine ON i.subject = mine.batch
), rows_of AS (
    SELECT batch, 'batch' AS table_name, batch AS row_id FROM mine
    UNION ALL SELECT c.batch, 'clearance', c.id FROM clearance c JOIN mine ON c.batch = mine.batch
    UNION ALL SELECT c.batch, 'carton', c.id FROM carton c JOIN mine ON c.batch = mine.batch
    UNION ALL SELECT batch, 'inspection', id FROM sheets
)
SELECT r.batch, 'row' AS kind, a.id, a.at, a.name AS who, a.table_name AS subject, a.before, a.after,
    (SELECT x.reason FROM audit_entry x WHERE x.tx = a.tx AND x.epoch = a.epoch AND x.kind = 'act' AND x.reason IS NOT NULL
     ORDER BY x.id LIMIT 1) AS reason
FROM audit_entry a JOIN rows_of r ON a.table_name = r.table_name AND a.row_id = r.row_id
WHERE a.kind = 'row' AND a.tag = 'update'
UNION ALL
SELECT s.batch, 'result', n.id, n.at, n.analyst_name, s.code, jsonb_build_object(n.test || ' ' || n.specimen, o.text),
    jsonb_build_object(n.test || ' ' || n.specimen, n.text), n.reason
FROM lab_result n JOIN sheets s ON s.id = n.inspection JOIN lab_result o ON o.id = n.supersedes
UNION ALL
SELECT n.batch, 'output', n.id, n.at, a.name, 'batch_output', jsonb_build_object(o.kind, o.quantity),
    jsonb_build_object(o.kind, 0), n.note
FROM batch_output n JOIN mine ON n.batch = mine.batch JOIN batch_output o ON o.id = n.reverses JOIN account a ON a.id = n.account
UNION ALL
SELECT mine.batch, 'link', n.id, n.at, n.actor, u.code, jsonb_build_object('quantity', -n.quantity), jsonb_build_object('quantity', 0), n.reason
FROM trace_link n JOIN mine ON n.child = mine.batch JOIN trace_unit u ON u.id = n.parent WHERE n.reverses IS NOT NULL
UNION ALL
SELECT mine.batch, 'entries', 0, maskqms_now(), NULL, NULL, NULL, jsonb_build_object(
    'issues', (SELECT jsonb_build_array(count(*), max(id)) FROM batch_issue WHERE batch = mine.batch),
    'outputs', (SELECT jsonb_build_array(count(*), max(id)) FROM batch_output WHERE batch = mine.batch),
    'clearances', (SELECT jsonb_build_array(count(*), max(id), max(checked_at)) FROM clearance WHERE batch = mine.batch),
    'cartons', (SELECT jsonb_build_array(count(*), max(id), count(unpacked_at)) FROM carton WHERE batch = mine.batch),
    'taken', (SELECT jsonb_build_array(count(*), max(m.id)) FROM unit_movement m
              WHERE m.unit IN (SELECT id FROM box WHERE batch = mine.batch UNION ALL SELECT id FROM carton WHERE batch = mine.batch)),
    'findings', (SELECT jsonb_build_array(count(*), max(id)) FROM batch_finding WHERE batch = mine.batch),
    'deviations', (SELECT jsonb_agg(d.code ORDER BY d.id) FROM deviation d
                   WHERE d.unit IN (SELECT unit FROM family f WHERE f.batch = mine.batch)),
    'deviation_states', (SELECT jsonb_agg(jsonb_build_array(d.code, d.state) ORDER BY d.id) FROM deviation d
                         WHERE d.unit IN (SELECT unit FROM family f WHERE f.batch = mine.batch)),
    'holds', (SELECT jsonb_agg(h.code ORDER BY h.id) FROM hold h WHERE h.id IN
              (SELECT hu.hold FROM hold_unit hu JOIN family f ON f.unit = hu.unit WHERE f.batch = mine.batch)),
    'hold_states', (SELECT jsonb_agg(jsonb_build_array(h.code, h.state) ORDER BY h.id) FROM hold h WHERE h.id IN
                    (SELECT hu.hold FROM hold_unit hu JOIN family f ON f.unit = hu.unit WHERE f.batch = mine.batch)),
    'results', (SELECT jsonb_build_array(count(*), max(r.id)) FROM lab_result r JOIN sheets s ON s.id = r.inspection
                WHERE s.batch = mine.batch),
    'sheets', (SELECT jsonb_agg(jsonb_build_array(i.code, i.reviewed_at) ORDER BY i.id) FROM inspection i
               WHERE i.subject = mine.batch)), NULL
FROM mine
ORDER BY 1, 4, 2, 3
