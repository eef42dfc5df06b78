"""Who is behind a request: the session's row and its person in one statement; ended by idleness, by a day's end, by
a change of the person. A lock ends none: anybody could throw a colleague out with wrong passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.accounts.actions.signin import token_hash
from maskqms.accounts.rules import over_age
from maskqms.actor import Actor, Role
from maskqms.db import sql
from maskqms.settings import settings

COOKIE = "maskqms_session"

FIND = """
SELECT s.id, s.station, s.seen_at, a.id AS account, a.username, a.name, a.roles, a.locale, a.must_change,
       a.password_set_at, maskqms_now() AS at,
       s.seen_at < clock_timestamp() - least(interval '1 minute', make_interval(mins => $2) / 4) AS unseen
FROM session s JOIN account a ON a.id = s.account
WHERE s.token_hash = $1 AND a.active AND s.seen_at > clock_timestamp() - make_interval(mins => $2)
    AND s.opened_at > clock_timestamp() - make_interval(hours => $3)
"""


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    station: str | None
    seen_at: datetime
    account: int
    username: str
    name: str
    roles: tuple[Role, ...]
    locale: str
    must_change: bool
    password_set_at: datetime
    at: datetime
    unseen: bool

    def actor(self, request_id: str | None) -> Actor:
        return Actor(
            self.account, self.username, self.name, frozenset(self.roles), self.station, request_id, self.locale
        )

    @property
    def password_is_due(self) -> bool:
        """A password that somebody else set, or that is too old; a tablet's PIN session may finish its work."""
        aged = over_age(self.password_set_at, self.at, settings().password_days)
        return self.station is None and (self.must_change or aged)


async def find_session(token: str) -> SessionRow | None:
    """The living session of a token; its time of last use is moved at most once a minute."""
    limits = (settings().idle_minutes, settings().session_hours)
    row = await sql.one_as(SessionRow, FIND, token_hash(token), *limits)
    if row is not None and row.unseen:
        await sql.execute("UPDATE session SET seen_at = clock_timestamp() WHERE id = $1", row.id)
    return row
