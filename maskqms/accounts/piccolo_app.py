"""Registration of the accounts' tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="accounts",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.accounts.tables"], exclude_imported=True),
    migration_dependencies=["maskqms.audit.piccolo_app"],
)
