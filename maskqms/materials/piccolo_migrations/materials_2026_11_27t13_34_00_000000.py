"""What the lists of the warehouse filter and sort on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:34:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the warehouse"

INDEXES = """
CREATE INDEX trace_unit_place ON trace_unit (location) WHERE on_hand > 0;
CREATE INDEX trace_unit_in_stock ON trace_unit (kind, id) WHERE on_hand > 0;
CREATE INDEX location_move_place ON location_move (location, at);
CREATE INDEX stock_count_waiting ON stock_count (state, id);
CREATE INDEX storage_excursion_last ON storage_excursion (last_at);
CREATE INDEX unit_movement_kind_at ON unit_movement (kind, unit) WHERE kind = 'restock';
CREATE INDEX lot_received_at ON lot (received_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
