"""Storage conditions: every place as it is, the limits of materials, an excursion with what it reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from maskqms.db.clock import local
from maskqms.i18n import _
from maskqms.materials.queries.conditions import AffectedUnit, ExcursionRow, MaterialLimit, PlaceCondition, ReadingRow
from maskqms.materials.rules.conditions import Limits
from maskqms.web.forms import Form
from maskqms.web.parts import Option

MANY = 60
"""From so many readings on the line is drawn without its points."""


@dataclass(frozen=True, slots=True)
class StoragePage:
    """Places with their last reading, the limits of materials, and the latest excursions."""

    places: Sequence[PlaceCondition]
    materials: Sequence[MaterialLimit]
    options: Sequence[Option]
    excursions: Sequence[ExcursionRow]
    may_limit: bool
    form: Form[Any]


def storage_page(
    places: Sequence[PlaceCondition],
    materials: Sequence[MaterialLimit],
    excursions: Sequence[ExcursionRow],
    form: Form[Any],
    *,
    may_limit: bool,
) -> StoragePage:
    options = [Option(row.code, f"{row.code} {row.name}") for row in materials]
    return StoragePage(places, materials, options, excursions, may_limit, form)


@dataclass(frozen=True, slots=True)
class ExcursionPage:
    excursion: ExcursionRow
    units: Sequence[AffectedUnit]


def readings_chart(readings: Sequence[ReadingRow], limits: Limits | None) -> dict[str, Any]:
    """Temperature and humidity over time, with the limits as lines; the table beside it says the same."""
    known = limits or Limits()
    return {
        "grid": {"left": 56, "right": 56, "top": 48, "bottom": 36},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time"},
        "yAxis": [
            {"type": "value", "name": f"{_('Temperature')} °C", "scale": True},
            {"type": "value", "name": f"{_('Relative humidity')} %", "scale": True},
        ],
        "series": [
            _line(
                str(_("Temperature")),
                0,
                [(row.at, row.temperature) for row in readings],
                (known.temperature_from, known.temperature_to),
            ),
            _line(
                str(_("Relative humidity")),
                1,
                [(row.at, row.humidity) for row in readings],
                (known.humidity_from, known.humidity_to),
            ),
        ],
    }


def _line(
    name: str,
    axis: int,
    values: Sequence[tuple[datetime, Decimal | None]],
    sides: Sequence[Decimal | None],
) -> dict[str, Any]:
    return {
        "name": name,
        "type": "line",
        "yAxisIndex": axis,
        "showSymbol": len(values) < MANY,
        "data": [
            [local(at).strftime("%Y-%m-%d %H:%M"), float(value)] for at, value in reversed(values) if value is not None
        ],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"type": "dashed"},
            "data": [{"yAxis": float(side)} for side in sides if side is not None],
        },
    }
