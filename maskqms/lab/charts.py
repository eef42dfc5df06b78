"""Charts of test values as ECharts options: limits drawn, words in the reader's language; a table stands beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.i18n import _
from maskqms.standards.requirement import Requirement

Point = tuple[str, Decimal]
"""A moment or a word on the horizontal axis, and the value there."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line: `each` are single values drawn as dots beside it."""

    name: str
    line: Sequence[Point]
    each: Sequence[Point] = ()


def edges(requirement: Requirement, warning: str | None = None) -> list[tuple[str, Decimal]]:
    """The limit as lines to draw: its word and its place."""
    limit = requirement.limit
    if limit is None:
        return []
    found = []
    if limit.floor:
        found.append((str(_("limit {limit}", limit=f"≥ {limit.floor[0]}")), limit.floor[0]))
    if limit.ceiling:
        found.append((str(_("limit {limit}", limit=f"≤ {limit.ceiling[0]}")), limit.ceiling[0]))
    return found


def over_time(
    series: Sequence[Series], *, unit: str | None, lines: Sequence[tuple[str, Decimal]] = (), words: bool = False
) -> Mapping[str, Any]:
    """Values over days, or with `words` over named things; every limit is a dashed line with its word."""
    values = [value for one in series for _at, value in (*one.line, *one.each)] + [place for _name, place in lines]
    low, high = (min(values), max(values)) if values else (Decimal(0), Decimal(1))
    room = (high - low) / 10 or Decimal(1)
    drawn: list[dict[str, Any]] = []
    for number, one in enumerate(series):
        line: dict[str, Any] = {
            "name": one.name,
            "type": "line",
            "symbolSize": 8,
            "data": [[at, float(value)] for at, value in one.line],
        }
        if number == 0 and lines:
            line["markLine"] = {
                "symbol": "none",
                "lineStyle": {"type": "dashed", "width": 2, "color": "#a8323e"},
                "data": [
                    {"yAxis": float(place), "name": name, "label": {"formatter": "{b}", "position": "insideEndTop"}}
                    for name, place in lines
                ],
            }
        drawn.append(line)
        if one.each:
            dots = [[at, float(value)] for at, value in one.each]
            drawn.append(
                {
                    "name": str(_("{test}, single values", test=one.name)),
                    "type": "scatter",
                    "symbolSize": 5,
                    "data": dots,
                }
            )
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 56, "right": 32, "top": 32, "bottom": 64},
        "xAxis": {"type": "category" if words else "time"},
        "yAxis": {
            "type": "value",
            "name": unit or "",
            "min": float(round(low - room, 2)),
            "max": float(round(high + room, 2)),
        },
        "series": drawn,
    }
