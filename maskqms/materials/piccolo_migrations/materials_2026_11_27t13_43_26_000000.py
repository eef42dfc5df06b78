"""A lot is also released conditionally, or rejected in part."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:43:26:000000"
VERSION = "1.38.0"
DESCRIPTION = "more decisions about a lot"

DECISIONS = """
ALTER TABLE lot DROP CONSTRAINT lot_decision;
ALTER TABLE lot ADD CONSTRAINT lot_decision
    CHECK (decision IS NULL OR decision IN ('release', 'conditional', 'reject', 'part'));
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(DECISIONS)

    manager.add_raw(run)
    return manager
