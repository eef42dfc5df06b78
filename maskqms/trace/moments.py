"""A moment as somebody types it at a shell or in an address: one reading for both.

A bare day means its end, because "as of the 21st" is with everything that happened on the 21st; without an offset it is
the factory's time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from maskqms.db.clock import FIRST_DAY, LAST_DAY, believable, end_of_day
from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.settings import settings

A_DAY = len("2026-11-21")


def moment_of(words: str) -> datetime | None:
    """The moment, None for no words at all. Refused when it cannot be read, or nobody can have meant it."""
    words = words.strip()
    if not words:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        text = _("Not a moment: {value}. Write it as 2026-11-21T08:00:00+08:00.", value=words)
        raise Refused(_("Not traced"), [Reason("moment.unreadable", text)]) from None
    if not believable(moment):
        text = _("{value} is not between {first} and {last}.", value=words, first=FIRST_DAY, last=LAST_DAY)
        raise Refused(_("Not traced"), [Reason("moment.unbelievable", text)])
    if len(words) <= A_DAY:
        return last_moment(moment.date())
    return moment if moment.tzinfo else moment.replace(tzinfo=settings().timezone)


def last_moment(day: date) -> datetime:
    """The last moment of a day in the factory that the database can tell from the next day."""
    return end_of_day(day) - timedelta(microseconds=1)
