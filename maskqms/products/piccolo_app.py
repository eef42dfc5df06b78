"""Registration of the products' tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="products",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["maskqms.products.tables"], exclude_imported=True),
    migration_dependencies=["maskqms.accounts.piccolo_app"],
)
