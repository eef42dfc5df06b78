"""The last retest date of a lot is the one that counts, and the worklist asks for it of every lot."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of retest dates"

KEYS = "CREATE INDEX lot_retest_latest ON lot_retest (lot, id DESC)"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KEYS)

    manager.add_raw(run)
    return manager
