"""Several versions may be signed for the days to come; a supplier's lots of a material are read in one look."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "versions by day, series of lots"

INDEXES = """
DROP INDEX specification_one_in_force;
CREATE INDEX lot_series ON lot (supplier, material, id);
CREATE INDEX sampling_ruling_series ON sampling_ruling (supplier, material, id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
