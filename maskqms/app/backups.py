"""Backup and restore with PostgreSQL's own tools; a restored database proves its audit chain before anybody works."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import asyncpg

from maskqms.audit.verification import Verification, verify
from maskqms.db.engine import configure
from maskqms.db.migrate import ensure_role, migrate
from maskqms.db.opening import Place, prepare
from maskqms.db.privileges import lay
from maskqms.errors import Reason, Refused
from maskqms.i18n import _


def _program(where: Place, name: str) -> str:
    if where.embedded is not None:
        return str(where.embedded.programs / name)
    found = which(name)
    if found is None:
        raise Refused(
            _("No backup"),
            [
                Reason(
                    "backup.no-program",
                    _("{name} is not installed here.", name=name),
                    _("Install the PostgreSQL client programs of the server's version."),
                )
            ],
        )
    return found


def _owner(where: Place) -> str:
    if where.owner_url is None:
        raise Refused(
            _("No backup"),
            [Reason("database.no-owner", _("The owner's address is not set."), _("Set MASKQMS_OWNER_URL."))],
        )
    return where.owner_url


def _run(what: list[str]) -> None:
    done = subprocess.run(what, capture_output=True, text=True, check=False)  # noqa: S603  (our own arguments)
    if done.returncode:
        raise Refused(
            _("The database program gave up"),
            [Reason("backup.failed", _("{words}", words=done.stderr.strip()[-600:] or str(done.returncode)))],
        )


def backup(where: Place, file: Path) -> None:
    """Write the whole database to a file; never over an existing one."""
    if file.exists():
        raise Refused(_("No backup"), [Reason("backup.exists", _("{file} exists already.", file=str(file)))])
    part = file.with_name(file.name + ".part")
    with part.open("wb") as out:
        done = subprocess.run(  # noqa: S603
            [_program(where, "pg_dump"), "--format=custom", "--no-owner", "--no-privileges", _owner(where)],
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        part.unlink()
        words = done.stderr.decode(errors="replace").strip()[-600:]
        raise Refused(_("The database program gave up"), [Reason("backup.failed", _("{words}", words=words))])
    part.rename(file)


async def is_empty(owner_url: str) -> bool:
    """No account and no audit entry: nothing that a restore could overwrite."""
    link = await asyncpg.connect(owner_url)
    try:
        if not await link.fetchval("SELECT to_regclass('public.account') IS NOT NULL"):
            return True
        return not await link.fetchval("SELECT EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM audit_entry)")
    finally:
        await link.close()


async def restore(where: Place, file: Path, *, force: bool) -> Verification:
    """Fill the database from a backup and verify its chain. Refuses a database that holds anything unless forced."""
    owner = _owner(where)
    if not file.is_file():
        raise Refused(_("Not restored"), [Reason("backup.missing", _("There is no file {file}.", file=str(file)))])
    await prepare(where)
    if not force and not await is_empty(owner):
        raise Refused(
            _("Not restored"),
            [
                Reason(
                    "restore.not-empty",
                    _("The database holds records."),
                    _("Restore into an empty one, or use --force to lose what is there."),
                )
            ],
        )
    link = await asyncpg.connect(owner)
    try:
        await link.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await link.close()
    _run(
        [
            _program(where, "pg_restore"),
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            f"--dbname={owner}",
            str(file),
        ]
    )
    link = await asyncpg.connect(owner)
    try:
        # Transaction numbers start anew in this cluster, so the trail continues in a new epoch.
        await link.execute(
            "INSERT INTO audit_epoch (id, began_at, reason) SELECT max(id) + 1, now(), 'restored' FROM audit_epoch"
        )
        await lay(link, await ensure_role(link, where.app_url))
    finally:
        await link.close()
    await migrate(owner, where.app_url)
    configure(where.app_url)
    return await verify()
