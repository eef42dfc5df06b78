"""The seal of one transaction is looked up: its root is the published seed of a draw."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of seals by transaction"

INDEX = "CREATE INDEX audit_seal_range ON audit_seal (epoch, tx_until)"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="audit", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEX)

    manager.add_raw(run)
    return manager
