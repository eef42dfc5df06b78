"""Defaults and row trigger of the trail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-21T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "row trigger"

EPOCH = """
INSERT INTO audit_epoch (id, began_at, reason) VALUES (1, now(), 'created');
CREATE FUNCTION maskqms_epoch() RETURNS int LANGUAGE sql STABLE AS $$ SELECT max(id) FROM audit_epoch $$;
ALTER TABLE audit_entry ALTER COLUMN epoch SET DEFAULT maskqms_epoch();
ALTER TABLE audit_entry ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE audit_entry ALTER COLUMN at SET DEFAULT maskqms_now();
ALTER TABLE audit_entry ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
CREATE INDEX audit_entry_order ON audit_entry (epoch, tx, id) INCLUDE (kind);
CREATE INDEX audit_entry_row ON audit_entry (table_name, row_id, id) WHERE kind = 'row';
"""

# Length-prefixed: no two different lists of texts give the same line, whatever separators the texts hold.
FIELD = """
CREATE FUNCTION maskqms_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE length(value) || ':' || value END
$$;
CREATE FUNCTION maskqms_shown(facts jsonb, hidden text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT facts || coalesce(jsonb_object_agg(
        name, 'sha256:' || encode(sha256(convert_to(facts ->> name, 'UTF8')), 'hex')), '{}')
    FROM unnest(hidden) name WHERE facts ->> name IS NOT NULL
$$;
"""

# The person of the act comes from the transaction's setting; a change with none was made behind the product's back.
# Secrets and files are copied as their digests (the trigger's arguments name them): never shown, never changed unseen.
ROW = """
CREATE FUNCTION maskqms_audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    IF TG_OP = 'UPDATE' AND old_row = new_row THEN
        RETURN NULL;
    END IF;
    IF TG_NARGS > 0 THEN
        old_row := maskqms_shown(old_row, TG_ARGV);
        new_row := maskqms_shown(new_row, TG_ARGV);
    END IF;
    INSERT INTO audit_entry (kind, tag, account, name, table_name, row_id, before, after, request_id)
    VALUES ('row', lower(TG_OP), nullif(current_setting('maskqms.account', true), '')::bigint,
            nullif(current_setting('maskqms.name', true), ''), TG_TABLE_NAME,
            (coalesce(new_row, old_row) ->> 'id')::bigint, old_row, new_row,
            nullif(current_setting('maskqms.request', true), ''));
    RETURN NULL;
END
$$
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="audit", description=DESCRIPTION)

    async def run() -> None:
        await run_script(EPOCH, FIELD, ROW)

    manager.add_raw(run)
    return manager
