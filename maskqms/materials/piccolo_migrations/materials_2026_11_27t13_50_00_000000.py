"""Orders that wait, and the ledger of receipts by day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from maskqms.db.ddl import run_script

ID = "2026-11-27T13:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "orders that wait, receipts by day"

INDEXES = """
CREATE INDEX purchase_order_awaited ON purchase_order (supplier) WHERE state IN ('placed', 'part_delivered');
CREATE INDEX purchase_order_listed ON purchase_order (state, id DESC);
CREATE INDEX lot_delivery_note ON lot (delivery_note);
CREATE INDEX lot_received ON lot (received_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="materials", description=DESCRIPTION)

    async def run() -> None:
        await run_script(INDEXES)

    manager.add_raw(run)
    return manager
