"""Rejected goods that are still here are few among all units; each unit waits for one regrade at a time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:50:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of rejected goods"

INDEXES = """
CREATE INDEX trace_unit_rejected ON trace_unit (id) WHERE state = 'rejected' AND on_hand > 0 AND kind IN ('lot', 'roll');
CREATE UNIQUE INDEX regrade_one_waiting ON regrade (unit) WHERE state = 'requested';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="dispositions", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
