"""Registration of the instruments' tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="devices",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.devices.tables"], exclude_imported=True),
    migration_dependencies=["maskqms.db.piccolo_app", "maskqms.audit.piccolo_app", "maskqms.accounts.piccolo_app"],
)
