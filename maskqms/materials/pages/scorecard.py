"""Scorecards from the lots that came: what was decided about them, and where the key values go; charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.i18n import Text, _
from maskqms.lab.words import limit_shown
from maskqms.materials.queries.materials import SpecificationRow
from maskqms.materials.queries.scorecard import LotValue, ScoreRow, SingleSource
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.materials.rules.scorecard import Drift, drift
from maskqms.workflow import Tone

CHARTED = 30
"""Bars that still can be read; the table has all."""


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    rows: Sequence[ScoreRow]
    single: Sequence[SingleSource]
    chart: Mapping[str, Any]


def scorecard_page(rows: Sequence[ScoreRow], single: Sequence[SingleSource]) -> ScorecardPage:
    return ScorecardPage(rows, single, decisions_chart(rows, lambda row: f"{row.supplier_code} {row.material_code}"))


@dataclass(frozen=True, slots=True)
class TestTrend:
    """A key test of one material over the supplier's lots."""

    __test__ = False

    material_code: str
    material_name: str
    test: str
    limit: Text | str
    unit: str
    values: Sequence[LotValue]
    drift: Drift | None
    tone: Tone
    word: Text
    chart: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SupplierScorePage:
    supplier: SupplierRow
    rows: Sequence[ScoreRow]
    chart: Mapping[str, Any]
    trends: Sequence[TestTrend]


def supplier_score_page(
    supplier: SupplierRow,
    rows: Sequence[ScoreRow],
    values: Sequence[LotValue],
    specifications: Mapping[int, SpecificationRow],
) -> SupplierScorePage:
    trends = []
    for row in rows:
        for test in sorted({one.test for one in values if one.material == row.material}):
            found = [one for one in values if one.material == row.material and one.test == test]
            trends.append(_trend(row, test, found, specifications.get(row.material)))
    return SupplierScorePage(supplier, rows, decisions_chart(rows, lambda row: row.material_code), trends)


def _trend(row: ScoreRow, test: str, values: Sequence[LotValue], specification: SpecificationRow | None) -> TestTrend:
    specified = None if specification is None else specification.tests.test(test)
    requirement = None if specified is None else specified.requirement
    limit = None if requirement is None or requirement.limit is None else requirement.limit.number
    unit = "" if requirement is None else requirement.unit or ""
    moved = drift([one.mean for one in values])
    tone, word = Tone.NEUTRAL, _("too few lots to see a drift")
    if moved is not None:
        towards = limit is not None and abs(moved.recent - limit) < abs(moved.before - limit)
        tone = Tone.WAIT if towards else Tone.OK
        word = _(
            "last {n} lots {recent}, before {before}: {change}",
            n=moved.lots, recent=moved.recent, before=moved.before, change=f"{moved.change:+f}",
        )  # fmt: skip
        if towards:
            word = _("{words}, towards the limit", words=word)
    marked = [] if limit is None else [{"yAxis": float(limit)}]
    chart = {
        "grid": {"left": 64, "right": 24, "top": 40, "bottom": 64},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [one.lot for one in values], "name": str(_("Lot")),
                  "nameLocation": "middle", "nameGap": 44, "axisLabel": {"rotate": 20}},
        "yAxis": {"type": "value", "scale": True, "name": f"{test} {unit}".strip()},
        "series": [
            {"type": "line", "name": str(_("Mean of the lot")), "data": [float(one.mean) for one in values],
             "markLine": {"symbol": "none", "data": marked, "label": {"formatter": str(_("limit"))}}},
            {"type": "line", "name": str(_("Lowest value")), "lineStyle": {"type": "dashed"},
             "data": [float(one.lowest) for one in values]},
        ],
        "legend": {"top": 0},
    }  # fmt: skip
    return TestTrend(
        row.material_code,
        row.material_name,
        test,
        "?" if requirement is None else limit_shown(requirement),
        unit,
        values,
        moved,
        tone,
        word,
        chart,
    )


def decisions_chart(rows: Sequence[ScoreRow], name: Any) -> Mapping[str, Any]:
    """Stacked bars: lots by what was decided; the words stand in the legend, the numbers in the table."""
    shown = list(rows[:CHARTED])
    series = (
        (_("Accepted"), [row.accepted for row in shown], "#2f9e44"),
        (_("Conditionally or in part"), [row.partly for row in shown], "#f08c00"),
        (_("Rejected"), [row.rejected for row in shown], "#e03131"),
        (_("Waiting"), [row.waiting for row in shown], "#868e96"),
    )
    return {
        "grid": {"left": 48, "right": 24, "top": 40, "bottom": 72},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [name(row) for row in shown], "axisLabel": {"rotate": 25}},
        "yAxis": {"type": "value", "minInterval": 1, "name": str(_("Lots"))},
        "series": [
            {"type": "bar", "stack": "lots", "name": str(word), "data": numbers, "barMaxWidth": 48,
             "itemStyle": {"color": colour}}
            for word, numbers, colour in series
        ],
    }  # fmt: skip
