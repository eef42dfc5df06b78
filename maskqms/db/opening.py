"""Find the database or start it: the embedded one when no address is set, the factory's own when there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from maskqms.db.embedded import Embedded
from maskqms.db.engine import configure, start_pool, stop_pool
from maskqms.db.migrate import APP_ROLE, ensure_database, in_order, migrate, pending
from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _
from maskqms.settings import settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is: the application's address, and the owner's where this process may know it."""

    app_url: str
    owner_url: str | None
    embedded: Embedded | None


@contextmanager
def place(data: Path | None = None, database: str = "maskqms") -> Iterator[Place]:
    """The database's addresses; an embedded server runs until the block ends."""
    chosen = settings()
    owner = chosen.owner_url.get_secret_value() if chosen.owner_url else None
    if chosen.database_url:
        yield Place(chosen.database_url, owner, None)
        return
    if owner:
        # Else `MASKQMS_OWNER_URL=.. maskqms backup` would make a fine backup of an empty embedded database.
        words = _("MASKQMS_OWNER_URL is set and MASKQMS_DATABASE_URL is not.")
        raise _refused(_("No database chosen"), "database.only-owner", words, _("Set both, or neither."))
    server = Embedded(data or chosen.data)
    server.start()
    try:
        yield Place(server.url(APP_ROLE, database), server.url(server.owner_role, database), server)
    finally:
        server.stop()


def _refused(what: Text, code: str, text: Text, remedy: Text) -> Refused:
    return Refused(what, [Reason(code, text, remedy)])


async def ensure_exists(where: Place) -> None:
    """The embedded server's database; a factory's own was made by whoever runs that server."""
    if where.embedded is not None and where.owner_url is not None:
        name = where.owner_url.rsplit("/", 1)[1].split("?")[0]
        await ensure_database(where.embedded.url(where.embedded.owner_role, "postgres"), name)


async def is_prepared(where: Place) -> bool:
    """Whether this program may act in the database as it stands: neither older nor newer."""
    try:
        return not await pending(where.app_url)
    except Refused:
        return False


async def prepare(where: Place, *, kind: str = "production") -> list[str]:
    """Create (embedded) and migrate the database; the migrations that ran."""
    if where.owner_url is None:
        raise _refused(
            _("The database cannot be prepared"),
            "database.no-owner",
            _("Migrations run as the owner of the database, whose address is not set."),
            _("Set MASKQMS_OWNER_URL for this command."),
        )
    await ensure_exists(where)
    if await in_order(where.owner_url, where.app_url):
        return []
    return await migrate(where.owner_url, where.app_url, kind=kind)


async def make_ready(where: Place, *, kind: str = "production") -> None:
    """Every migration done: an embedded database migrates itself, any other is refused when some are missing."""
    if where.embedded is not None:
        await prepare(where, kind=kind)
    elif missing := await pending(where.app_url):
        raise _refused(
            _("The database is older than this program"),
            "database.migrations",
            _("{count} migrations have not run.", count=len(missing)),
            _("Run maskqms migrate with MASKQMS_OWNER_URL set."),
        )


async def refuse_made_up(where: Place) -> None:
    """Raises Refused for a demo or test database, whose clock may stand anywhere: no factory works in one."""
    link = await asyncpg.connect(where.app_url)
    try:
        kind = await link.fetchval("SELECT kind FROM database_mark")
    finally:
        await link.close()
    if kind != "production":
        raise _refused(
            _("The server does not start"),
            "database.not-production",
            _("This database was not made for a factory; it is: {kind}.", kind=kind or "?"),
            _("Serve a demo with maskqms demo, or choose another folder with --data."),
        )


@asynccontextmanager
async def opened(where: Place, *, pool: int | None = None, kind: str = "production") -> AsyncIterator[None]:
    """The engine connected as the application's role, every migration done."""
    await make_ready(where, kind=kind)
    configure(where.app_url)
    await start_pool(pool or settings().pool_size)
    try:
        yield
    finally:
        await stop_pool()
