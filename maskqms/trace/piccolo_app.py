"""Registration of the spine's tables; `trace_edge` has a double key and is made by the raw migration."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="trace",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.trace.tables"], exclude_imported=True),
    migration_dependencies=["maskqms.db.piccolo_app", "maskqms.audit.piccolo_app"],
)

RAW_TABLES = {"trace_edge": "working"}
