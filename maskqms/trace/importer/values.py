"""One field of history into a value, or the sentence that says what is wrong with it.

The same dates and quantities come again and again; each is read once.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from maskqms.db.clock import FIRST_DAY, LAST_DAY, believable
from maskqms.i18n import Text, _
from maskqms.trace.importer.layout import LONGEST_CODE

QUANTITY = re.compile(r"-?\d{1,18}(\.\d{1,12})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NOTHING = Decimal(0)
NEVER = datetime.min.replace(tzinfo=UTC)
"""Stand-ins for fields that were refused; no row that holds one is loaded."""

D = TypeVar("D", bound=date)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Wrong(Exception):
    """The field cannot be what it should be; carries the sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.message)
        self.text = text


def code(value: str) -> str:
    """A code as it can stand on a label and in an address."""
    if CONTROL.search(value):
        raise Wrong(_("The code has a control character in it: {value}", value=repr(value)))
    if len(value) > LONGEST_CODE:
        raise Wrong(_("The code is longer than {limit} characters.", limit=LONGEST_CODE))
    return value


@lru_cache(maxsize=100_000)
def quantity(value: str, *, may_be_nothing: bool = False) -> Decimal:
    """A decimal with a point, no exponent, no thousands."""
    if not QUANTITY.fullmatch(value):
        raise Wrong(_("Not a quantity: {value}. Digits, with a point for decimals.", value=value))
    number = Decimal(value)
    if number < 0:
        raise Wrong(_("The quantity is negative: {value}", value=value))
    if not number and not may_be_nothing:
        raise Wrong(_("The quantity is nothing."))
    return number


@lru_cache(maxsize=100_000)
def day(value: str) -> date:
    """ISO 8601, and a day that exists."""
    try:
        if not DAY.fullmatch(value):
            raise ValueError
        found = date.fromisoformat(value)
    except ValueError:
        raise Wrong(_("Not a date: {value}. Write it as 2026-11-21.", value=value)) from None
    return _meant(found, value)


def _meant(found: D, value: str) -> D:
    """A day or moment that somebody can have meant."""
    if not believable(found):
        raise Wrong(_("{value} is not between {first} and {last}.", value=value, first=FIRST_DAY, last=LAST_DAY))
    return found


@lru_cache(maxsize=100_000)
def moment(value: str, zone: ZoneInfo) -> datetime:
    """ISO 8601; without an offset it is the factory's time, without a time the day's beginning."""
    try:
        if DAY.fullmatch(value):
            found = datetime.combine(date.fromisoformat(value), time())
        else:
            found = datetime.fromisoformat(value)
        if not DAY.match(value):
            raise ValueError
    except ValueError:
        raise Wrong(_("Not a moment: {value}. Write it as 2026-11-21T08:00:00+08:00.", value=value)) from None
    return _meant(found if found.tzinfo else found.replace(tzinfo=zone), value)
