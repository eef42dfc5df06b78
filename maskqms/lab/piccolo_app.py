"""Registration of the lab's tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="lab",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        ["maskqms.lab.tables", "maskqms.lab.draw_tables", "maskqms.lab.desk_tables"], exclude_imported=True
    ),
    migration_dependencies=[
        "maskqms.accounts.piccolo_app",
        "maskqms.trace.piccolo_app",
        "maskqms.devices.piccolo_app",
        "maskqms.quality.piccolo_app",
    ],
)
