"""Keys shared with trace units, one specification in force, and the latest approval."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "shared keys and indexes"

KEYS = """
ALTER TABLE lot ADD CONSTRAINT lot_unit FOREIGN KEY (id) REFERENCES trace_unit (id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE roll ADD CONSTRAINT roll_unit FOREIGN KEY (id) REFERENCES trace_unit (id) ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE UNIQUE INDEX specification_one_in_force ON specification (material) WHERE state = 'in_force';
CREATE UNIQUE INDEX specification_one_draft ON specification (material) WHERE state = 'draft';
CREATE INDEX approval_latest ON approval (supplier, material, id DESC);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KEYS)

    manager.add_raw(run)
    return manager
