"""Registration of the tables of master records and batches."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="batches",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.batches.tables"], exclude_imported=True),
    migration_dependencies=[
        "maskqms.trace.piccolo_app",
        "maskqms.quality.piccolo_app",
        "maskqms.products.piccolo_app",
    ],
)
