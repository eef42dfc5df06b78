"""Lots that wait for their decision are asked for on the first page and by its tab; they are few among all units."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of waiting lots"

WAITING = "CREATE INDEX trace_unit_lots ON trace_unit (state, id) WHERE kind = 'lot'"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="trace", description=DESCRIPTION)

    async def run() -> None:
        await run_script(WAITING)

    manager.add_raw(run)
    return manager
