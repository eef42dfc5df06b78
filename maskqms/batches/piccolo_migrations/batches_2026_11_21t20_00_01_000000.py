"""Keys shared with the trace units, one batch a line, SSCC serials, and the snapshot that stays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "shared keys, one batch a line, snapshot"

KEYS = """
ALTER TABLE batch ADD CONSTRAINT batch_unit FOREIGN KEY (id) REFERENCES trace_unit (id)
    ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE carton ADD CONSTRAINT carton_unit FOREIGN KEY (id) REFERENCES trace_unit (id)
    ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE box ADD CONSTRAINT box_unit FOREIGN KEY (id) REFERENCES trace_unit (id)
    ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE UNIQUE INDEX batch_line_busy ON batch (line) WHERE state = 'in_production';
CREATE INDEX batch_open ON batch (planned_for) WHERE state IN ('planned', 'in_production', 'complete');
CREATE UNIQUE INDEX master_record_one_in_force ON master_record (product) WHERE state = 'in_force';
CREATE INDEX trace_unit_material ON trace_unit ((identifiers ->> 'material')) WHERE on_hand > 0 AND identifiers ? 'material';
CREATE SEQUENCE sscc_serial;
"""

# What a batch is made by is decided once, at its start; no later change of a master reaches it (R60).
SNAPSHOT = """
CREATE FUNCTION maskqms_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the snapshot of batch % stays as it was at its start', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'batch_snapshot_stays';
END
$$;
CREATE TRIGGER snapshot_stays BEFORE UPDATE ON batch FOR EACH ROW
    WHEN (OLD.snapshot IS NOT NULL AND (OLD.snapshot, OLD.edition, OLD.made_on, OLD.expires_on, OLD.master_record, OLD.line,
          OLD.product) IS DISTINCT FROM (NEW.snapshot, NEW.edition, NEW.made_on, NEW.expires_on, NEW.master_record, NEW.line,
          NEW.product))
    EXECUTE FUNCTION maskqms_snapshot_stays();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="batches", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KEYS, SNAPSHOT)

    manager.add_raw(run)
    return manager
