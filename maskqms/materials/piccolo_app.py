"""Registration of the tables of materials."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="materials",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        [
            *(f"maskqms.materials.tables.{subject}" for subject in ("suppliers", "orders", "lots")),
            "maskqms.materials.sampling_tables",
            "maskqms.materials.stock_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=[
        "maskqms.accounts.piccolo_app",
        "maskqms.trace.piccolo_app",
        "maskqms.quality.piccolo_app",
        "maskqms.lab.piccolo_app",
        "maskqms.quality.piccolo_app",
    ],
)
