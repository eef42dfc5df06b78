"""Whether what a supplier delivers drifts: the newer half of its lots beside the older one, at most five of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

FEWEST = 4
"""Fewer lots show nothing but chance."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """Means of the lots before and of the last ones; `change` is what came on top."""

    before: Decimal
    recent: Decimal
    lots: int

    @property
    def change(self) -> Decimal:
        return self.recent - self.before


def drift(means: Sequence[Decimal]) -> Drift | None:
    """`means` are those of the lots in the order in which they came."""
    if len(means) < FEWEST:
        return None
    lots = min(MOST, len(means) // 2)
    recent, before = means[-lots:], means[:-lots]
    return Drift(mean(before), mean(recent), lots)


def mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.001"))
