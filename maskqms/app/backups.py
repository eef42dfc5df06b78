"""Backup and restore with PostgreSQL's own tools; a restored database proves its audit chain before anybody works.

What a restore replaces is put aside and not thrown away until the backup is in: a file that turns out broken half-way
leaves everything as it was.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from shutil import which
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.keys import forget
from maskqms.audit.running import of_shell, seal_or_say
from maskqms.audit.seals import database_name
from maskqms.audit.tags import Tag
from maskqms.audit.verification import Verification, verify
from maskqms.db.engine import configure
from maskqms.db.migrate import migrate
from maskqms.db.opening import Place, ensure_exists, is_prepared
from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _

ASIDE = "maskqms_replaced"
"""Schema that holds what a restore replaces while it runs."""

NO_BACKUP, NOT_RESTORED = _("No backup"), _("Not restored")


def _no(what: Text, code: str, text: Text, remedy: Text | None = None) -> Refused:
    return Refused(what, [Reason(code, text, remedy)])


def _program(where: Place, name: str) -> str:
    if where.embedded is not None:
        return str(where.embedded.programs / name)
    found = which(name)
    if found is None:
        remedy = _("Install the PostgreSQL client programs of the server's version.")
        raise _no(NO_BACKUP, "backup.no-program", _("{name} is not installed here.", name=name), remedy)
    return found


def _owner(where: Place) -> str:
    if where.owner_url is None:
        remedy = _("Set MASKQMS_OWNER_URL.")
        raise _no(NO_BACKUP, "database.no-owner", _("The owner's address is not set."), remedy)
    return where.owner_url


def _run(words: list[str], url: str, *, out: int | None = None) -> None:
    """Run a program with the owner's password in its environment, where other users of the machine cannot read it."""
    parts = urlsplit(url)
    known = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    address = urlunsplit(parts._replace(netloc=f"{user}{host}"))
    done = subprocess.run(  # noqa: S603  (our own arguments)
        [*words, f"--dbname={address}"],
        env=known,
        stdout=subprocess.DEVNULL if out is None else out,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-600:] or str(done.returncode)
        raise _no(_("The database program gave up"), "backup.failed", _("{words}", words=said))


async def backup(where: Place, file: Path) -> None:
    """Write the whole database to a file that only its owner may read; never over an existing one."""
    if file.exists():
        raise _no(NO_BACKUP, "backup.exists", _("{file} exists already.", file=str(file)))
    if not file.parent.is_dir():
        raise _no(NO_BACKUP, "backup.no-folder", _("There is no folder {path}.", path=str(file.parent)))
    dump = [_program(where, "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        await asyncio.to_thread(_run, dump, _owner(where), out=handle)
        os.fsync(handle)
        part.rename(file)
    finally:
        os.close(handle)
        part.unlink(missing_ok=True)
    if await is_prepared(where):
        await _note(where, Tag.DATABASE_BACKUP, file)


async def _note(where: Place, tag: Tag, file: Path) -> None:
    """The trail's line about a backup or restore: which file, and its digest."""
    configure(where.app_url)
    with file.open("rb") as content:
        digest = sha256()
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    with of_shell():
        async with act(tag, actor=SYSTEM, subject=file.name) as this:
            await this.record(subject=file.name, after={"sha256": digest.hexdigest(), "bytes": file.stat().st_size})
    await seal_or_say()


async def _is_empty(link: asyncpg.Connection) -> bool:
    """No account and no audit entry: nothing that a restore could overwrite."""
    if not await link.fetchval("SELECT to_regclass('public.account') IS NOT NULL"):
        return True
    return not await link.fetchval("SELECT EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM audit_entry)")


async def _kind(link: asyncpg.Connection) -> str:
    """What the database was made for; one without a mark is new, and a factory's."""
    if not await link.fetchval("SELECT to_regclass('public.database_mark') IS NOT NULL"):
        return "production"
    return str(await link.fetchval("SELECT kind FROM database_mark") or "production")


OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@asynccontextmanager
async def _put_aside(link: asyncpg.Connection) -> AsyncIterator[None]:
    """An empty schema for the block; what was there comes back when the block fails, also one that was killed."""
    await _bring_back(link)
    await link.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}; CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        await _bring_back(link)
        raise
    await link.execute(f"DROP SCHEMA {ASIDE} CASCADE")


async def _bring_back(link: asyncpg.Connection) -> None:
    if await link.fetchval("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", ASIDE):
        await link.execute(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {ASIDE} RENAME TO public")


async def restore(where: Place, file: Path, *, force: bool) -> Verification:
    """Fill the database from a backup and verify its chain. Refuses a database that holds anything unless forced."""
    owner, program = _owner(where), _program(where, "pg_restore")
    if not file.is_file():
        raise _no(NOT_RESTORED, "backup.missing", _("There is no file {file}.", file=str(file)))
    await ensure_exists(where)
    link = await asyncpg.connect(owner)
    try:
        kind = await _kind(link)
        await _refuse(link, force=force)
        async with _put_aside(link):
            words = [program, "--no-owner", "--no-privileges", "--exit-on-error", str(file)]
            await asyncio.to_thread(_run, words, owner)
            await _refuse_content(link, kind)
            # Transaction numbers start anew in this cluster, so the trail continues in a new epoch.
            await link.execute(
                "INSERT INTO audit_epoch (id, began_at, reason) SELECT max(id) + 1, now(), 'restored' FROM audit_epoch"
            )
    finally:
        await link.close()
    await migrate(owner, where.app_url)
    configure(where.app_url)
    forget(await database_name())
    await _note(where, Tag.DATABASE_RESTORE, file)
    return await verify()


async def _refuse(link: asyncpg.Connection, *, force: bool) -> None:
    if await link.fetchval(OTHERS):
        remedy = _("Stop the server and everything else that uses it.")
        raise _no(NOT_RESTORED, "restore.in-use", _("Somebody works with the database."), remedy)
    if not force and not await _is_empty(link):
        remedy = _("Restore into an empty one, or use --force to lose what is there.")
        raise _no(NOT_RESTORED, "restore.not-empty", _("The database holds records."), remedy)


async def _refuse_content(link: asyncpg.Connection, kind: str) -> None:
    """A backup of something else: not of maskqms, or of a demo with its shifted clock into a factory's database."""
    if not await link.fetchval("SELECT to_regclass('public.audit_epoch') IS NOT NULL"):
        raise _no(NOT_RESTORED, "restore.foreign", _("The file is no backup of maskqms."))
    found = await _kind(link)
    if found != kind:
        words = _("The backup is of a {found} database, this one is {kind}.", found=found, kind=kind)
        raise _no(NOT_RESTORED, "restore.other-kind", words)
