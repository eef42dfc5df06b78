"""Dates in GS1 data: six digits YYMMDD that must be a real day.

`00` as the day ("end of the month") is legal elsewhere but not on regulated medical goods, so it is neither printed
nor read here. The century is chosen as GS1 does: the one that puts the year within 49 years back and 50 ahead.
"""

from __future__ import annotations

from datetime import date


def written(day: date) -> str:
    """A day as the six digits of (11) or (17)."""
    return f"{day.year % 100:02d}{day.month:02d}{day.day:02d}"


def is_real_day(digits: str) -> bool:
    """Whether YYMMDD is a day. Every YY a scanner meets until 2050 has the leap years of 2000 to 2099."""
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True


def read(digits: str, *, near: date) -> date:
    """The day meant by YYMMDD, seen from the year of `near`."""
    century = near.year - near.year % 100
    ahead = int(digits[:2]) - near.year % 100
    if ahead >= 51:
        century -= 100
    elif ahead <= -50:
        century += 100
    return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
