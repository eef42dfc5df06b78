"""How readings are found: an instrument's, by when they were heard or by when they came."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of readings"

INDEXES = """
CREATE INDEX reading_heard ON reading (instrument, heard_at);
CREATE INDEX reading_last ON reading (instrument, id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="devices", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
