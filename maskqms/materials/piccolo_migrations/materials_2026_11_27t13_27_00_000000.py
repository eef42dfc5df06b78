"""A conditional approval has dates too; which changes limit a unit; indexes for the latest evaluation, a source's
changes and what falls due."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "conditional approvals, indexes of the supplier file"

KEYS = """
ALTER TABLE approval DROP CONSTRAINT approval_state;
ALTER TABLE approval ADD CONSTRAINT approval_state
    CHECK (state IN ('pending', 'approved', 'conditional', 'suspended', 'removed'));
ALTER TABLE approval DROP CONSTRAINT approval_dates;
ALTER TABLE approval ADD CONSTRAINT approval_dates
    CHECK ((state IN ('approved', 'conditional')) = (valid_from IS NOT NULL AND valid_until IS NOT NULL)
           AND (valid_until IS NULL OR valid_from <= valid_until));
CREATE INDEX evaluation_latest ON evaluation (supplier, material, id DESC);
CREATE INDEX source_change_of ON source_change (supplier, material);
CREATE INDEX lot_source ON lot (supplier, material, received_at);
-- The changes of its source that nobody approved: open ones, and rejected ones that no later approved one replaced.
CREATE FUNCTION maskqms_unvalidated(unit bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}')
    FROM lot l
    JOIN source_change s ON s.supplier = l.supplier AND s.material = l.material AND s.since <= l.received_at
    JOIN change_control c ON c.id = s.change
    WHERE l.id = coalesce((SELECT r.lot FROM roll r WHERE r.id = unit), unit)
      AND (c.state = 'open' OR (c.state = 'rejected' AND NOT EXISTS (
          SELECT 1 FROM source_change n JOIN change_control a ON a.id = n.change
          WHERE n.supplier = s.supplier AND n.material = s.material AND n.id > s.id AND n.since <= l.received_at
            AND a.state = 'approved')))
$$;
CREATE INDEX credential_due ON credential (valid_until) WHERE withdrawn_at IS NULL;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KEYS)

    manager.add_raw(run)
    return manager
