"""A retest is a purpose of its own; indexes for the inspector's day and for samples in somebody's hands."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:34:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "retests, indexes of the day"

KEYS = """
ALTER TABLE inspection DROP CONSTRAINT inspection_purpose;
ALTER TABLE inspection ADD CONSTRAINT inspection_purpose
    CHECK (purpose IN ('incoming', 'in_process', 'release', 'retest'));
CREATE INDEX inspection_due ON inspection (due_at NULLS FIRST, id) WHERE state IN ('open', 'entered');
CREATE INDEX lab_result_analyst ON lab_result (inspection, analyst);
CREATE INDEX sample_in_hand ON sample (holder) WHERE state <> 'disposed';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lab", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KEYS)

    manager.add_raw(run)
    return manager
