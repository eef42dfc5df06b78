"""Today: what waits for this person, what is blocked, what expires soon; by role, each list by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from maskqms.actor import Actor, Role
from maskqms.app.waiting import LISTS, Waiting
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.i18n import Text, _
from maskqms.settings import settings
from maskqms.web.parts import Row, Section

MOST = 8
"""Rows of a section; the rest is behind its link."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    code: str
    words: str
    due: date | datetime | None
    total: int
    href: str | None = None


def greeting(actor: Actor) -> Text:
    return _("Good day, {name}", name=actor.name)


def _asked(waiting: Waiting, day: date, actor: Actor) -> tuple[Any, ...]:
    """What the statement of a list asks for."""
    if waiting.by_owner:
        mine = None if actor.has(Role.QUALITY) else actor.account_id
        return (MOST, day, max(settings().warning_days), mine)
    return (MOST, day) if waiting.by_day else (MOST,)


async def sections(actor: Actor) -> list[Section]:
    """The lists of this person's roles; one statement each."""
    found = []
    day = await today()
    for waiting in LISTS:
        if not actor.has(*waiting.roles):
            continue
        rows = await sql.fetch_as(WaitingRow, waiting.query, *_asked(waiting, day, actor))
        found.append(
            Section(
                title=waiting.title,
                rows=[
                    Row(row.code, row.href or f"{waiting.page}/{row.code}", row.words, None, row.due) for row in rows
                ],
                empty=waiting.empty,
                icon=waiting.icon,
                href=waiting.href,
                total=rows[0].total if rows else 0,
            )
        )
    return found
