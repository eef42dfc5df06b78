"""How likely a plan accepts a lot, exactly: in fractions, never in floats.

A lot from a steady process is a binomial sample; a lot of known size with a known number of nonconforming items is a
hypergeometric one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import comb

from maskqms.standards.rounding import round_places

OC_PROBABILITIES = tuple(Decimal(p) for p in ("0.99", "0.95", "0.90", "0.75", "0.50", "0.25", "0.10", "0.05", "0.01"))


@dataclass(frozen=True, slots=True)
class OcPoint:
    """At this fraction nonconforming a lot is accepted with this probability."""

    quality: Decimal
    probability: Decimal


def acceptance_probability(n: int, ac: int, quality: Fraction | Decimal) -> Fraction:
    """The chance that at most `ac` of `n` are nonconforming, when this fraction (0 to 1) of the process is."""
    p = Fraction(quality)
    if n < 0 or ac < 0 or not 0 <= p <= 1:
        raise ValueError("n and ac are not negative, quality lies between 0 and 1")
    bad, whole = p.numerator, p.denominator
    good = whole - bad
    ways = sum(comb(n, d) * bad**d * good ** (n - d) for d in range(min(ac, n) + 1))
    return Fraction(ways, whole**n)


def acceptance_in_lot(lot_size: int, nonconforming: int, n: int, ac: int) -> Fraction:
    """The chance that at most `ac` of the `n` drawn are nonconforming, when the lot holds so many of them."""
    if not (0 <= nonconforming <= lot_size and 0 <= n <= lot_size and ac >= 0):
        raise ValueError("sample and nonconforming items lie within the lot, ac is not negative")
    ways = sum(comb(nonconforming, d) * comb(lot_size - nonconforming, n - d) for d in range(min(ac, n) + 1))
    return Fraction(ways, comb(lot_size, n))


def oc_curve(n: int, ac: int, qualities: Sequence[Decimal], *, places: int = 6) -> list[OcPoint]:
    """The operating characteristic at the given qualities, rounded for showing."""
    return [OcPoint(q, round_places(acceptance_probability(n, ac, q), places)) for q in qualities]


def quality_at(n: int, ac: int, probability: Decimal, *, places: int = 5) -> Decimal:
    """The largest fraction nonconforming, on a grid of so many places, that is accepted at least this often."""
    grid = 10**places
    low, high = 0, grid
    while low < high:
        middle = (low + high + 1) // 2
        if acceptance_probability(n, ac, Fraction(middle, grid)) >= Fraction(probability):
            low = middle
        else:
            high = middle - 1
    return Decimal(f"{low}E-{places}")


def oc_points(n: int, ac: int, probabilities: Sequence[Decimal] = OC_PROBABILITIES) -> list[OcPoint]:
    """The points that the tables of ISO 2859-1 print: the quality accepted with 99 %, 95 %, ... 1 %."""
    return [OcPoint(quality_at(n, ac, p), p) for p in probabilities]
