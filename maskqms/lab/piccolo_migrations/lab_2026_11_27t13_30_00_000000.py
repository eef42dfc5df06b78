"""The queue of the lab is read in its own order: what waits first, the oldest at the top, then what was decided last."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of the queue"

QUEUE = """
CREATE INDEX inspection_queue ON inspection
    ((state = 'decided'), (CASE WHEN state = 'decided' THEN -id ELSE id END));
CREATE INDEX inspection_state ON inspection (state, id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lab", description=DESCRIPTION)

    async def run() -> None:
        await run_script(QUEUE)

    manager.add_raw(run)
    return manager
