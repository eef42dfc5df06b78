"""The clock, and the trigger that keeps history."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "clock and append-only trigger"

CLOCK = """
CREATE FUNCTION maskqms_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT transaction_timestamp() + coalesce(
        (SELECT c.shift FROM clock_offset c, database_mark m WHERE m.kind <> 'production'), interval '0')
$$
"""

NO_SHIFT_IN_PRODUCTION = """
CREATE FUNCTION maskqms_no_shift_in_production() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM database_mark WHERE kind IN ('demo', 'test')) THEN
        RAISE EXCEPTION 'the clock of a production database cannot be shifted';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER no_shift_in_production BEFORE INSERT OR UPDATE ON clock_offset
    FOR EACH ROW EXECUTE FUNCTION maskqms_no_shift_in_production();
"""

HISTORY_STAYS = """
CREATE FUNCTION maskqms_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history in % cannot be changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$
"""


JOBS = "CREATE INDEX job_due ON job (due) WHERE state IN ('waiting', 'running')"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)

    async def run() -> None:
        await run_script(CLOCK, NO_SHIFT_IN_PRODUCTION, HISTORY_STAYS, JOBS)

    manager.add_raw(run)
    return manager
