"""What a sampling plan is worth: its operating characteristic, and both risks, exact and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from maskqms.i18n import Text, _
from maskqms.lab.words import SEVERITIES as SEVERITY_WORDS
from maskqms.standards.acceptance import OcPoint, acceptance_in_lot, acceptance_probability, oc_points, quality_at
from maskqms.standards.rounding import round_places
from maskqms.standards.sampling import SEVERITIES, Plan, plan

USUAL_LOT, MOST_LOT = 500, 10_000_000
STEPS = 40
FINITE = 10
"""A sample that is more than a tenth of its lot is drawn from this lot, and not from a process without end."""
MOST_DRAWN_LOT = 5_000


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The plan of one severity."""

    severity: Text
    plan: Plan


@dataclass(frozen=True, slots=True)
class OcPage:
    """The plan of a lot, its curve, and both risks: the producer's at the AQL, the consumer's at 10 % acceptance."""

    lot: int
    level: str
    aql: str
    plan: Plan
    lines: Sequence[PlanLine]
    points: Sequence[OcPoint]
    producer: Decimal
    consumer: Decimal
    option: dict[str, Any]

    @property
    def sentence(self) -> Text:
        return _(
            "A process with {aql} % nonconforming is refused in {producer} % of its lots (producer's risk); one with"
            " {consumer} % is still accepted in 10 % of them (consumer's risk).",
            aql=self.aql, producer=self.producer, consumer=self.consumer,
        )  # fmt: skip


def oc_page(lot: int, level: str, aql: str, severity: str = "normal") -> OcPage:
    """The chosen plan beside those of the other severities."""
    chosen = plan(lot, level, aql, severity)
    limit = Decimal(aql) / 100
    producer = 1 - acceptance_probability(chosen.n, chosen.ac, limit)
    return OcPage(
        lot=lot,
        level=level,
        aql=aql,
        plan=chosen,
        lines=[PlanLine(SEVERITY_WORDS[one], plan(lot, level, aql, one)) for one in SEVERITIES],
        points=_points(chosen.n, chosen.ac),
        producer=round_places(100 * producer, 1),
        consumer=(100 * _quality(chosen.n, chosen.ac, Decimal("0.10"))).quantize(Decimal("0.01")),
        option=_option(lot, chosen, aql),
    )


@cache
def _points(n: int, ac: int) -> tuple[OcPoint, ...]:
    return tuple(oc_points(n, ac))


@cache
def _quality(n: int, ac: int, probability: Decimal) -> Decimal:
    return quality_at(n, ac, probability)


@cache
def _curve(n: int, ac: int) -> tuple[tuple[float, float], ...]:
    """Per cent nonconforming against per cent of lots accepted, as far as one in a hundred is: for the picture only."""
    widest = max(_quality(n, ac, Decimal("0.01")), Decimal("0.001"))
    qualities = [widest * step / STEPS for step in range(STEPS + 1)]
    return tuple((float(100 * q), float(100 * acceptance_probability(n, ac, q))) for q in qualities)


@cache
def _of_this_lot(lot: int, n: int, ac: int, widest: float) -> tuple[tuple[float, float], ...]:
    """The same for a lot of this size that holds so many nonconforming pieces."""
    counts = range(min(lot, int(lot * widest / 100) + 1) + 1)
    step = max(1, len(counts) // STEPS)
    return tuple((100 * bad / lot, float(100 * acceptance_in_lot(lot, bad, n, ac))) for bad in counts[::step])


def _option(lot: int, chosen: Plan, aql: str) -> dict[str, Any]:
    curve = _curve(chosen.n, chosen.ac)
    marks = [
        {"xAxis": float(aql), "label": {"formatter": f"AQL {aql} %"}},
        {"yAxis": 10, "label": {"formatter": "10 %", "position": "insideEndTop"}},
    ]
    series: list[dict[str, Any]] = [
        {
            "name": str(_("steady process (binomial)")),
            "type": "line",
            "showSymbol": False,
            "data": curve,
            "markLine": {"silent": True, "symbol": "none", "data": marks},
        }
    ]
    if lot <= min(MOST_DRAWN_LOT, FINITE * chosen.n):
        series.append(
            {
                "name": str(_("this lot (hypergeometric)")),
                "type": "line",
                "showSymbol": True,
                "symbolSize": 4,
                "data": _of_this_lot(lot, chosen.n, chosen.ac, curve[-1][0]),
            }
        )
    return {
        "grid": {"left": 56, "right": 24, "top": 40, "bottom": 48},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "name": str(_("nonconforming, %")), "nameLocation": "middle", "nameGap": 28,
                  "min": 0},
        "yAxis": {"type": "value", "name": str(_("lots accepted, %")), "min": 0, "max": 100},
        "series": series,
    }  # fmt: skip
