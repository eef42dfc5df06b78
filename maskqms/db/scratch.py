"""A database of its own for a bench: beside the real one on the same server, and dropped whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from maskqms.db.migrate import ensure_database
from maskqms.db.opening import Place, place, prepare
from maskqms.errors import Reason, Refused
from maskqms.i18n import _


def sibling(url: str, database: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, parts.fragment))


@contextmanager
def own_database(name: str) -> Iterator[Place]:
    """Addresses of a database beside the real one, never of the real one itself."""
    with place() as where:
        if where.owner_url is None:
            words = _("A bench makes a database of its own, as the owner, whose address is not set.")
            reason = Reason("database.no-owner", words, _("Set MASKQMS_OWNER_URL for this command."))
            raise Refused(_("Nothing measured"), [reason])
        yield Place(sibling(where.app_url, name), sibling(where.owner_url, name), where.embedded)


@asynccontextmanager
async def made(where: Place) -> AsyncIterator[None]:
    """The database, migrated and marked `test`."""
    assert where.owner_url is not None
    name, server = urlsplit(where.owner_url).path.lstrip("/"), sibling(where.owner_url, "postgres")
    await ensure_database(server, name)
    try:
        await prepare(where, kind="test")
        yield
    finally:
        link = await asyncpg.connect(server)
        await link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await link.close()
