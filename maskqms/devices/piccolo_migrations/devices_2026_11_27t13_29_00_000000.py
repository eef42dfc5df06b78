"""More kinds of equipment, of which a machine measures nothing; how checks and due days are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:29:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "kinds of equipment, indexes of checks"

KINDS = """
ALTER TABLE instrument DROP CONSTRAINT instrument_kind, DROP CONSTRAINT instrument_unit;
ALTER TABLE instrument
    ADD CONSTRAINT instrument_kind CHECK (kind IN ('scale', 'filter_tester', 'force_gauge', 'pressure_gauge',
        'climate_sensor', 'particle_counter', 'scanner', 'chamber', 'steriliser', 'machine', 'other')),
    ADD CONSTRAINT instrument_unit CHECK (kind IN ('scanner', 'machine') OR unit IS NOT NULL);
CREATE INDEX instrument_line ON instrument (line) WHERE line IS NOT NULL;
CREATE INDEX calibration_doubt ON calibration (instrument, done_on) WHERE NOT passed OR as_found = false;
CREATE INDEX verification_doubt ON verification (instrument, done_on) WHERE NOT passed;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="devices", description=DESCRIPTION)

    async def run() -> None:
        await run_script(KINDS)

    manager.add_raw(run)
    return manager
