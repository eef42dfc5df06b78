"""The files of before come under the trail: certificates that exist get the entry a new one gets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "certificate audited"

ADOPT = """
SELECT set_config('timezone', 'UTC', true);
INSERT INTO audit_entry (kind, tag, name, table_name, row_id, after)
SELECT 'row', 'insert', 'maskqms', 'certificate', t.id, maskqms_shown(to_jsonb(t),
    ARRAY['pdf']) FROM certificate t ORDER BY id;
INSERT INTO audit_entry (kind, tag, name, after)
SELECT 'act', 'database:adopt', 'maskqms', jsonb_build_object('certificate', count(*)) FROM certificate HAVING count(*) > 0;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="release", description=DESCRIPTION)

    async def run() -> None:
        await run_script(ADOPT)

    manager.add_raw(run)
    return manager
