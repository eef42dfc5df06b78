"""A change may be about one maker whose goods a supplier brings, and then limits only these."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T18:08:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "changes of the maker"

MAKERS = r"""
ALTER TABLE source_change DROP CONSTRAINT source_change_kind;
ALTER TABLE source_change ADD CONSTRAINT source_change_kind
    CHECK (kind IN ('supplier', 'maker', 'grade', 'site', 'process'));
CREATE FUNCTION maskqms_same_maker(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(regexp_replace(one, '\s', '', 'g')) = lower(regexp_replace(other, '\s', '', 'g'))
$$;
CREATE OR REPLACE FUNCTION maskqms_unvalidated(unit bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}')
    FROM lot l
    JOIN source_change s ON s.supplier = l.supplier AND s.material = l.material AND s.since <= l.received_at
        AND (s.maker IS NULL OR maskqms_same_maker(s.maker, l.manufacturer))
    JOIN change_control c ON c.id = s.change
    WHERE l.id = coalesce((SELECT r.lot FROM roll r WHERE r.id = unit), unit)
      AND (c.state = 'open' OR (c.state = 'rejected' AND NOT EXISTS (
          SELECT 1 FROM source_change n JOIN change_control a ON a.id = n.change
          WHERE n.supplier = s.supplier AND n.material = s.material AND n.id > s.id AND n.since <= l.received_at
            AND (n.maker IS NULL OR maskqms_same_maker(n.maker, l.manufacturer)) AND a.state = 'approved')))
$$;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(MAKERS)

    manager.add_raw(run)
    return manager
