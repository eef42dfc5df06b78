"""Registration of release's tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="release",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.release.tables"], exclude_imported=True),
    migration_dependencies=["maskqms.accounts.piccolo_app", "maskqms.trace.piccolo_app"],
)
