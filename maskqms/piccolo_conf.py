"""Where Piccolo finds the database and the tables; the list grows with the packages, lowest first."""

from pathlib import Path

from piccolo.conf.apps import AppRegistry

from maskqms.db.engine import DB  # noqa: F401  (Piccolo looks for this name)

PACKAGES = (
    "db",
    "audit",
    "accounts",
    "trace",
    "devices",
    "products",
    "labels",
    "quality",
    "lab",
    "materials",
    "dispositions",
    "batches",
    "release",
    "shipping",
)

WITH_TABLES = tuple(
    name for name in PACKAGES if (Path(__file__).parent / name / "piccolo_migrations" / "__init__.py").is_file()
)

APP_REGISTRY = AppRegistry(apps=[f"maskqms.{name}.piccolo_app" for name in WITH_TABLES])
