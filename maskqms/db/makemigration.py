"""`python -m maskqms.db.makemigration PACKAGE`: write the migration that brings a package's tables up to date.

Needs no database. Prints the file, or says that nothing changed; `--check` exits 1 when something did.
"""

from __future__ import annotations

import argparse
import asyncio
import io
from contextlib import redirect_stdout
from pathlib import Path

from piccolo.apps.migrations.commands.new import NoChanges, _create_new_migration

from maskqms.db.registry import app_configs


def write(package: str) -> Path | None:
    """The new migration's file, or None when the tables and the migrations agree."""
    config = next(config for config in app_configs() if config.app_name == package)
    folder = Path(config.resolved_migrations_folder_path)
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    before = set(folder.glob("*.py"))
    try:
        with redirect_stdout(io.StringIO()):
            asyncio.run(_create_new_migration(app_config=config, auto=True, auto_input="n"))
    except NoChanges:
        return None
    return next(iter(set(folder.glob("*.py")) - before), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    path = write(options.package)
    print(path or "nothing changed")
    if options.check and path:
        path.unlink()
        raise SystemExit(1)


if __name__ == "__main__":
    main()
