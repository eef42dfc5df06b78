"""The files of before come under the trail: scanned papers that exist get the entry a new one gets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "credential_file audited"

ADOPT = """
SELECT set_config('timezone', 'UTC', true);
INSERT INTO audit_entry (kind, tag, name, table_name, row_id, after)
SELECT 'row', 'insert', 'maskqms', 'credential_file', t.id, maskqms_shown(to_jsonb(t),
    ARRAY['content']) FROM credential_file t ORDER BY id;
INSERT INTO audit_entry (kind, tag, name, after)
SELECT 'act', 'database:adopt', 'maskqms', jsonb_build_object('credential_file', count(*)) FROM credential_file HAVING count(*) > 0;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(ADOPT)

    manager.add_raw(run)
    return manager
