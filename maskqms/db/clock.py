"""The one clock (R32): the database's, the same for every act of a transaction, shifted only in a demo or a test.

SQL: `maskqms_now()`. The offset belongs to the owner and works only in a database marked `demo` or `test` at creation.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from maskqms.db import sql
from maskqms.settings import settings

FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)
"""Days that a record can mean; anything else is a slip of the keyboard, or a calendar that has no day after."""


def believable(day: date) -> bool:
    """Whether somebody can have meant this day (of a moment: whatever its zone)."""
    return FIRST_DAY <= (day.date() if isinstance(day, datetime) else day) <= LAST_DAY


async def now() -> datetime:
    """The time of this act, with zone."""
    return await sql.fetch_value("SELECT maskqms_now()")  # type: ignore[no-any-return]


def local(moment: datetime) -> datetime:
    """The same moment on the factory's wall."""
    return moment.astimezone(settings().timezone)


async def today() -> date:
    """The day on the factory's wall."""
    return local(await now()).date()


def end_of_day(day: date) -> datetime:
    """The first moment after a day in the factory: what is usable until `day` stops being so here (R51)."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=settings().timezone)
