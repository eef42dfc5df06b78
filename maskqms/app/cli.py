"""Commands of the whole: serve, migrate, backup, restore."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from maskqms.app.backups import backup, restore
from maskqms.app.demo import demo_command
from maskqms.app.serving import serve
from maskqms.commandline import answering, json_option, print_json
from maskqms.db.opening import make_ready, place, prepare, refuse_made_up


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(min=1))
@answering
def serve_command(host: str, port: int, workers: int) -> None:
    """Serve the application; an embedded database is started and migrated first."""
    with place() as where:
        asyncio.run(make_ready(where))
        asyncio.run(refuse_made_up(where))
        serve(where, host=host, port=port, workers=workers)


@click.command("migrate")
@json_option
@answering
def migrate_command(as_json: bool) -> None:
    """Bring the database up to date; runs as its owner."""
    with place() as where:
        ran = asyncio.run(prepare(where))
    if as_json:
        print_json({"ran": ran})
    else:
        click.echo("\n".join(ran) or "nothing to do")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@answering
def backup_command(file: Path) -> None:
    """Write the whole database to FILE. Keep the sealing key (seal.key in the data folder) beside it."""
    with place() as where:
        asyncio.run(backup(where, file))
    click.echo(str(file))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Lose what the database holds.")
@json_option
@answering
def restore_command(file: Path, force: bool, as_json: bool) -> None:
    """Fill an empty database from FILE and verify its audit chain."""
    with place() as where:
        found = asyncio.run(restore(where, file, force=force))
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(
            f"{found.entries} entries; " + ("the audit chain holds" if found.ok else f"BROKEN: {found.first_broken}")
        )
    sys.exit(0 if found.ok else 1)


COMMANDS = [demo_command, serve_command, migrate_command, backup_command, restore_command]
