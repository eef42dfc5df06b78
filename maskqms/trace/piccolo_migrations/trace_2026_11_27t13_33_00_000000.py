"""A hold may stop several units at once that a count or an excursion found together."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "holds on several units"

SUBJECTS = """
ALTER TABLE hold DROP CONSTRAINT hold_subject;
ALTER TABLE hold ADD CONSTRAINT hold_subject
    CHECK (subject_kind IN ('unit', 'span', 'product', 'supplier', 'line', 'site', 'units'));
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="trace", description=DESCRIPTION)

    async def run() -> None:
        await run_script(SUBJECTS)

    manager.add_raw(run)
    return manager
