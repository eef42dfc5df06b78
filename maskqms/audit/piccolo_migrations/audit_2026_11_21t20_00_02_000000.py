"""The locks of accounts are asked for on the first page; the trail is long and they are few."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of locks"

LOCKS = "CREATE INDEX audit_entry_locks ON audit_entry (at) WHERE tag = 'account:lock'"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="audit", description=DESCRIPTION)

    async def run() -> None:
        await run_script(LOCKS)

    manager.add_raw(run)
    return manager
