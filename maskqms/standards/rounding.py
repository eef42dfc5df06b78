"""Rounding by GB/T 8170-2008: four down, six up, five to even, in exact decimals and in one step only.

Never round a rounded value: 15.4546 is 15 in units, but 15.5 first and then 16 would be wrong. Rounding by half units
(0.5) and by a fifth (0.2) is rounding of the doubled or fivefold value.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def round_to(value: Decimal | Fraction | int, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to the value; of two equally near the even one. `step` is 1, 2 or 5 times 10^k."""
    sign, digits, exponent = step.as_tuple()
    coefficient = int("".join(map(str, digits)) or 0)
    if sign or not isinstance(exponent, int) or str(coefficient).rstrip("0") not in ("1", "2", "5"):
        raise ValueError(f"rounding is by 1, 2 or 5 times a power of ten, not by {step}")
    multiple = round(Fraction(value) / Fraction(step))
    # Built from text: Decimal arithmetic would round a long value to the context's precision a second time.
    return Decimal(f"{multiple * coefficient}E{exponent}") if multiple else Decimal(f"0E{exponent}")


def round_places(value: Decimal | Fraction | int, places: int) -> Decimal:
    """Rounded to so many decimal places; a negative number means tens, hundreds, ..."""
    return round_to(value, Decimal(f"1E{-places}"))


def step_of(limit: Decimal) -> Decimal:
    """The unit of a limit's last printed digit: 0.1 of `8.0`, 1 of `95`."""
    exponent = limit.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{limit} is not a number")
    return Decimal(f"1E{min(exponent, 0)}")
