"""One transaction per act; an inner one joins the outer (nothing may be caught between them).

Piccolo leaks the connection and keeps its context when ROLLBACK or COMMIT itself fails, so beginning and end are ours;
its queries find the connection all the same. Database errors that a rule of ours provoked are put into the user's words
once, by the name of the constraint.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresTransaction

from maskqms.actor import Actor
from maskqms.db.engine import DB
from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _

RULES: dict[str, tuple[str, Text]] = {}
"""Constraint name -> (reason code, sentence). Packages add theirs with `explain`."""

COLLISIONS = (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError, asyncpg.SerializationError)


class Running(PostgresTransaction):
    """The transaction of an act. `broken`: a part of it failed, so the whole must not be kept. `introduced`: the person
    whom the database knows as acting, and the time of the act."""

    __slots__ = ("broken", "introduced")

    broken: bool
    introduced: tuple[Actor, datetime] | None


def explain(constraint: str, code: str, text: Text) -> None:
    """Say in the user's words what it means when the database refuses by this constraint."""
    RULES[constraint] = (code, text)


def _translated(error: asyncpg.PostgresError) -> Refused | None:
    if isinstance(error, COLLISIONS):
        words = _("Somebody else was changing the same records at that moment.")
        return Refused(_("Not saved"), [Reason("record.busy", words, _("Nothing was changed; do it again."))])
    name = getattr(error, "constraint_name", None)
    if name not in RULES:
        return None
    code, text = RULES[name]
    return Refused(_("Not saved"), [Reason(code, text)])


@asynccontextmanager
async def transaction() -> AsyncIterator[Any]:
    """The asyncpg connection of this act's transaction; commits at the end of the outermost block."""
    running = DB.current_transaction.get()
    if running is None:
        async with _outermost() as link:
            yield link
        return
    try:
        yield running.connection
    except BaseException:
        if isinstance(running, Running):
            running.broken = True
        raise


@asynccontextmanager
async def _outermost() -> AsyncIterator[Any]:
    outer = Running(DB)
    outer.broken, outer.introduced = False, None
    outer.connection = await outer.get_connection()  # type: ignore[no-untyped-call]
    try:
        outer.transaction = outer.connection.transaction()
        await outer.transaction.start()
        token = DB.current_transaction.set(outer)
        try:
            yield outer.connection
            if outer.broken:
                raise RuntimeError("a part of this act failed and was caught; nothing of it is kept")
            ended = outer.transaction.commit()
        except BaseException:
            await _undo(outer)
            raise
        finally:
            DB.current_transaction.reset(token)
        await ended
    except asyncpg.PostgresError as error:
        refused = _translated(error)
        if refused is None:
            raise
        raise refused from error
    finally:
        await _let_go(outer.connection)


async def _undo(outer: Running) -> None:
    """Roll back; where that fails the connection is gone, and the server has rolled back by itself."""
    try:
        await outer.transaction.rollback()
    except Exception:
        outer.connection.terminate()


async def _let_go(link: Any) -> None:
    """Back into the pool, which replaces a dead connection; or closed, where there is no pool."""
    if DB.pool is not None:
        await DB.pool.release(link)
    else:
        await link.close()
