"""Results know their instrument, also those that came as readings; how investigations and rechecks are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "instruments of results, indexes of investigations"

FILL = """
ALTER TABLE lab_result DISABLE TRIGGER USER;
UPDATE lab_result r SET instrument = g.instrument FROM reading g WHERE g.id = r.reading AND r.instrument IS NULL;
ALTER TABLE lab_result ENABLE TRIGGER USER;
ALTER TABLE inspection DISABLE TRIGGER USER;
UPDATE inspection SET handed_in_at = entered_at WHERE entered_at IS NOT NULL;
ALTER TABLE inspection ENABLE TRIGGER USER;
"""
FUNCTIONS = """
-- Whether a value counts: nobody made it invalid, and one of a retest takes the place of a first value that was.
CREATE FUNCTION lab_result_counts(result bigint, retest_id bigint, specimen integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM result_invalidation x WHERE x.result = $1)
        AND ($2 IS NULL OR EXISTS (
            SELECT 1 FROM retest t JOIN investigation k ON k.id = t.investigation
            WHERE t.id = $2 AND k.state = 'concluded' AND k.cause <> 'none' AND NOT EXISTS (
                SELECT 1 FROM retest later WHERE later.investigation = k.id AND later.ordinal > t.ordinal
                    AND $3 = ANY(later.specimens))))
$$;
-- Results measured between the last good calibration or check of an instrument and one that was not good (R125).
CREATE FUNCTION lab_doubts(zone text)
RETURNS TABLE (result bigint, inspection bigint, instrument bigint, calibration bigint, verification bigint)
LANGUAGE sql STABLE AS $$
    SELECT r.id, r.inspection, f.instrument, f.calibration, f.verification
    FROM (SELECT c.instrument, c.id AS calibration, NULL::bigint AS verification, c.done_on, c.at
          FROM calibration c WHERE NOT c.passed OR c.as_found = false
          UNION ALL
          SELECT v.instrument, NULL, v.id, v.done_on, v.at FROM verification v WHERE NOT v.passed) f
    CROSS JOIN LATERAL (SELECT max(good.since) AS since FROM (
        SELECT c.done_on::timestamp AT TIME ZONE $1 AS since FROM calibration c
        WHERE c.instrument = f.instrument AND c.passed AND c.done_on <= f.done_on AND c.at < f.at
        UNION ALL
        SELECT v.at FROM verification v WHERE v.instrument = f.instrument AND v.passed AND v.at < f.at
            AND v.done_on <= f.done_on) good) g
    JOIN lab_result r ON r.instrument = f.instrument AND r.at <= f.at
    LEFT JOIN reading m ON m.id = r.reading
    WHERE (g.since IS NULL OR coalesce(m.heard_at, r.at) >= g.since)
        AND NOT EXISTS (SELECT 1 FROM lab_result later WHERE later.supersedes = r.id)
$$;
"""
INDEXES = """
CREATE INDEX lab_result_instrument ON lab_result (instrument, at) WHERE instrument IS NOT NULL;
CREATE INDEX lab_result_last_instrument ON lab_result (test, id DESC) WHERE instrument IS NOT NULL;
CREATE INDEX investigation_open ON investigation (id) WHERE state <> 'concluded';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lab", description=DESCRIPTION)

    async def run() -> None:
        await run_script(FILL)
        await run_script(FUNCTIONS)
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
