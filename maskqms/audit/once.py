"""A client's key makes an act happen once: the same scan sent twice gets the first answer again.

The key is claimed in the act's own transaction, so a refused or broken act leaves the key free, and a second request
that arrives meanwhile waits for the first to end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import TypeAdapter

from maskqms.actor import Actor
from maskqms.audit.acts import record_refusal
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.db.transaction import transaction
from maskqms.errors import Reason, Refused
from maskqms.i18n import _

Answer = TypeVar("Answer")

KEY_LENGTHS = range(8, 101)
"""A key must be long enough that no two clients make the same."""


async def once(
    key: str,
    answer: type[Answer],
    run: Callable[[], Awaitable[Answer]],
    *,
    tag: Tag,
    actor: Actor,
    subject: str | None = None,
) -> Answer:
    """Run the act under the key, or give its first answer again. A key of another act, record or person is refused."""
    if DB.current_transaction.get() is not None:
        return await _claimed(key, TypeAdapter(answer), run, tag, actor, subject)
    try:
        async with transaction():
            return await _claimed(key, TypeAdapter(answer), run, tag, actor, subject)
    except Refused as refused:
        await record_refusal(tag, actor, refused, subject)
        raise


async def _claimed(
    key: str,
    adapter: TypeAdapter[Answer],
    run: Callable[[], Awaitable[Answer]],
    tag: Tag,
    actor: Actor,
    subject: str | None,
) -> Answer:
    if len(key) not in KEY_LENGTHS or not key.isprintable():
        unfit = Reason("key.unfit", _("This request carries no usable key."), _("Load the page again and repeat."))
        raise Refused(_("Not done"), [unfit])
    about = subject and subject[:120]
    claimed = await sql.fetch_value(
        "INSERT INTO act_reply (key, act, account, subject, at) VALUES ($1, $2, $3, $4, maskqms_now())"
        " ON CONFLICT (key) DO NOTHING RETURNING key",
        key,
        str(tag),
        actor.account_id,
        about,
    )
    if claimed is not None:
        done = await run()
        await sql.execute("UPDATE act_reply SET answer = $2 WHERE key = $1", key, adapter.dump_json(done).decode())
        return done
    row = await sql.fetch_one("SELECT act, account, subject, answer FROM act_reply WHERE key = $1", key)
    if row is None or (row["act"], row["account"], row["subject"]) != (str(tag), actor.account_id, about):
        reused = Reason("key.reused", _("This request carries the key of another one."), _("Send it again."))
        raise Refused(_("Not done"), [reused])
    return adapter.validate_json(row["answer"])
