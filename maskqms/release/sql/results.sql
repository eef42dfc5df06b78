-- Every value of the batches' inspections, with the instrument behind it and until when that was calibrated then.
SELECT i.subject AS batch, r.id, r.inspection, r.test, r.specimen, r.text, r.outcome, r.analyst, r.analyst_name, r.at, r.supersedes, r.reading,
    n.code AS instrument, CASE WHEN r.instrument IS NOT NULL THEN (coalesce(g.heard_at, r.at) AT TIME ZONE $2)::date END AS day,
    CASE WHEN c.id IS NOT NULL THEN CASE WHEN c.passed THEN c.due END ELSE n.calibration_due END AS calibration_due,
    t.ordinal AS retest, lab_result_counts(r.id, r.retest, r.specimen) AS counts
FROM lab_result r
JOIN inspection i ON i.id = r.inspection
LEFT JOIN reading g ON g.id = r.reading
LEFT JOIN instrument n ON n.id = r.instrument
LEFT JOIN retest t ON t.id = r.retest
LEFT JOIN LATERAL (SELECT k.id, k.passed, k.due FROM calibration k
    WHERE k.instrument = n.id AND k.done_on <= (coalesce(g.heard_at, r.at) AT TIME ZONE $2)::date
    ORDER BY k.done_on DESC, k.id DESC LIMIT 1) c ON true
WHERE i.subject = ANY($1::bigint[])
ORDER BY r.id
