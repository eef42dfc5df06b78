"""How figures and moments are written: in the factory's zone, without noise digits, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from maskqms.i18n import Text, _
from maskqms.settings import settings


def moment(value: datetime) -> str:
    """2026-11-21 14:03 in the factory's zone."""
    return value.astimezone(settings().timezone).strftime("%Y-%m-%d %H:%M")


def second(value: datetime) -> str:
    """To the second, with the zone, as signatures need it."""
    return value.astimezone(settings().timezone).isoformat(" ", "seconds")  # "CST" would be China, Chicago or Cuba


def day(value: date | datetime) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(settings().timezone).date()
    return value.isoformat()


def hour(value: datetime) -> str:
    return value.astimezone(settings().timezone).strftime("%H:%M")


def number(value: Decimal | int) -> str:
    """12,000.5: no exponent, no zeros behind the last digit that says something."""
    words = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def percent(share: Decimal | float) -> str:
    """A share as a percentage with at most two digits behind the point."""
    return f"{number(round(Decimal(share) * 100, 2))} %"


def digest(value: str) -> str:
    """The first half of a SHA-256 in groups of four: enough to compare by eye."""
    return " ".join(value[at : at + 4] for at in range(0, 32, 4))


def distance(value: date | datetime, now: datetime) -> Text:
    """Time left or gone in words, as coarse as people speak of it."""
    if isinstance(value, datetime):
        seconds = (value - now).total_seconds()
    else:
        seconds = (value - now.astimezone(settings().timezone).date()).days * 86_400.0
        if seconds == 0:
            return _("today")
    ahead, seconds = seconds >= 0, abs(seconds)
    if seconds < 3600:
        minutes = int(seconds // 60)
        return _("in {n} min", n=minutes) if ahead else _("{n} min ago", n=minutes)
    if seconds < 172_800:
        hours = int(seconds // 3600)
        return _("in {n} h", n=hours) if ahead else _("{n} h ago", n=hours)
    days = int(seconds // 86_400)
    return _("in {n} days", n=days) if ahead else _("{n} days ago", n=days)


def past(value: date | datetime, now: datetime) -> bool:
    """Whether a moment, or the whole of a day, is over."""
    if isinstance(value, datetime):
        return value < now
    return value < now.astimezone(settings().timezone).date()


def spoken(value: object) -> object:
    """A fact in words a person reads: dates, numbers and yes or no; everything else as it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(spoken(item)) for item in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {spoken(item)}" for name, item in value.items() if item is not None)
    return value


def segment(code: str) -> str:
    """A code as one part of an address: other people's codes may hold a slash, a question mark or a hash."""
    return quote(code, safe="")


def at_code(code: str) -> str:
    """The address that opens any code."""
    return f"/c/{segment(code)}"


FILTERS = {
    "at_code": at_code,
    "segment": segment,
    "moment": moment,
    "second": second,
    "day": day,
    "hour": hour,
    "number": number,
    "percent": percent,
    "digest": digest,
    "spoken": spoken,
}
