"""An act: one transaction with its person, its time and its line in the audit trail.

`async with act(Tag.LOT_RECEIVE, actor=actor) as this:` opens it; an act inside an act joins the outer one. When a rule
refuses, everything is undone and the refusal itself is kept: who tried what, and every reason.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from maskqms.actor import Actor
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.db.transaction import Running, transaction
from maskqms.errors import Refused
from maskqms.i18n import in_locale

WRITE = (
    "INSERT INTO audit_entry (kind, tag, subject, account, name, roles, station, request_id, reason, before, after)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
)

INTRODUCE = (
    "SELECT maskqms_now() AS at, set_config('maskqms.account', $1, true), set_config('maskqms.name', $2, true),"
    " set_config('maskqms.request', $3, true)"
)

shell: ContextVar[str | None] = ContextVar("maskqms_shell", default=None)
"""Who runs the command that acts, as the machine knows them: such an act has no account and no station."""


def as_json(facts: Mapping[str, Any] | None) -> str | None:
    """Facts as JSON text; Decimals keep their digits as strings."""
    return None if facts is None else json.dumps(to_jsonable_python(dict(facts)), ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Act:
    """The running act: its tag, person and time (the database's clock, one for the whole transaction)."""

    tag: Tag
    actor: Actor
    at: datetime

    async def record(
        self,
        *,
        subject: str | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
        tag: Tag | None = None,
    ) -> None:
        """Write the act's line; `subject` is the code of the record people know."""
        await _write("act", tag or self.tag, self.actor, subject=subject, before=before, after=after, reason=reason)


async def _write(
    kind: str,
    tag: Tag,
    actor: Actor,
    *,
    subject: str | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    station = actor.station or shell.get()
    await sql.execute(
        WRITE,
        kind,
        str(tag),
        subject and subject[:120],
        actor.account_id,
        actor.name[:200],
        ",".join(sorted(actor.roles)),
        station and station[:60],
        actor.request_id and actor.request_id[:64],
        reason,
        as_json(before),
        as_json(after),
    )


async def _introduce(actor: Actor, running: Running) -> datetime:
    """Tell the row triggers who is acting, for this transaction only; the time of the act."""
    row = await running.connection.fetchrow(
        INTRODUCE,
        "" if actor.account_id is None else str(actor.account_id),
        actor.name[:200],
        (actor.request_id or "")[:64],
    )
    running.introduced = (actor, row["at"])
    return row["at"]  # type: ignore[no-any-return]


async def record_refusal(tag: Tag, actor: Actor, refused: Refused, subject: str | None) -> None:
    """Keep a refusal in a transaction of its own, in English for machines and the codes for people."""
    with in_locale("en"):
        reasons = [reason.as_json() for reason in refused.reasons]
    async with transaction():
        await _write("refusal", tag, actor, subject=subject, after={"reasons": reasons})


@asynccontextmanager
async def act(tag: Tag, *, actor: Actor, subject: str | None = None) -> AsyncIterator[Act]:
    """Open an act. `subject`, when known beforehand, also names the record in a refusal's entry."""
    if DB.current_transaction.get() is not None:
        async with transaction(), _as_person(tag, actor) as this:
            yield this
        return
    try:
        async with transaction(), _as_person(tag, actor) as this:
            yield this
    except Refused as refused:
        await record_refusal(tag, actor, refused, subject)
        raise


@asynccontextmanager
async def _as_person(tag: Tag, actor: Actor) -> AsyncIterator[Act]:
    """The same person goes on without a statement; after an act of somebody else the outer one is introduced again."""
    running = DB.current_transaction.get()
    assert isinstance(running, Running)
    outer = running.introduced
    if outer is not None and outer[0] == actor:
        yield Act(tag, actor, outer[1])
        return
    yield Act(tag, actor, await _introduce(actor, running))
    if outer is not None:
        await _introduce(outer[0], running)
