"""The stock by place, by expiry and by age: three views of one list, and its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from maskqms.i18n import Text, _
from maskqms.materials.queries.locations import LocationRow
from maskqms.materials.queries.stock import Buckets, StockFilter, StockRow
from maskqms.trace.states import UnitKind, UnitState
from maskqms.web.filters import day
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option, Paging, Tab

PAGE_SIZE = 50
KINDS = (UnitKind.LOT, UnitKind.ROLL, UnitKind.BOX, UnitKind.CARTON)
STATES = (
    UnitState.QUARANTINE,
    UnitState.CONDITIONAL,
    UnitState.RELEASED,
    UnitState.REJECTED,
    UnitState.IN_PROCESS,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Part of the stock: how many units, and the address of the list of them."""

    label: Text
    units: int
    tone: str
    href: str


@dataclass(frozen=True, slots=True)
class StockPage:
    view: str
    title: Text
    sub: Text
    tabs: Sequence[Tab]
    rows: Sequence[StockRow]
    now: datetime
    paging: Paging
    bars: Sequence[Bar]
    chart: dict[str, Any] | None
    kinds: Sequence[Option]
    states: Sequence[Option]
    places: Sequence[Option]
    form: Form[Any]
    csv: str
    xlsx: str

    def past(self, row: StockRow) -> bool:
        return row.usable_until is not None and row.usable_until <= self.now


VIEWS: dict[str, tuple[Text, Text, str]] = {
    "stock": (_("Stock"), _("Everything that is on hand, with its place."), "place"),
    "expiry": (_("Expiry"), _("What ends first stands on top; what has ended is blocked by itself."), "expiry"),
    "age": (_("Age of the stock"), _("What has lain longest stands on top."), "age"),
}
PATHS = {"stock": "/stock", "expiry": "/stock/expiry", "age": "/stock/age"}


def stock_page(
    view: str,
    found: tuple[Sequence[StockRow], int],
    asked: StockFilter,
    query: dict[str, Any],
    page: int,
    now: datetime,
    sums: Buckets,
    places: Sequence[LocationRow],
) -> StockPage:
    title, sub, _sort = VIEWS[view]
    bars = _bars(view, sums)
    paging = Paging(page, PAGE_SIZE, found[1], PATHS[view], query)
    link = Paging(1, PAGE_SIZE, 0, f"/stock/file/{view}", query)
    return StockPage(
        view=view,
        title=title,
        sub=sub,
        tabs=[Tab(VIEWS[one][0], PATHS[one], active=one == view) for one in VIEWS],
        rows=found[0],
        now=now,
        paging=paging,
        bars=bars,
        chart=_chart(bars) if any(bar.units for bar in bars) else None,
        kinds=[Option(str(kind), kind.label) for kind in KINDS],
        states=[Option(str(state), state.label) for state in STATES],
        places=[Option(place.code, f"{place.code} {place.name}") for place in places],
        form=blank(**query),
        csv=link.to(1).replace(f"file/{view}?", f"file/{view}/csv?"),
        xlsx=link.to(1).replace(f"file/{view}?", f"file/{view}/xlsx?"),
    )


def _bars(view: str, sums: Buckets) -> list[Bar]:
    if view == "expiry":
        return [
            Bar(_("Ended, blocked"), sums.expired, "stop", "/stock/expiry?ends_within=0"),
            Bar(_("Ends within 30 days"), sums.within_30, "wait", "/stock/expiry?ends_within=30"),
            Bar(_("Ends in 31 to 90 days"), sums.within_90, "info", "/stock/expiry?ends_within=90"),
            Bar(_("Ends later"), sums.later, "ok", "/stock/expiry"),
            Bar(_("Without an end"), sums.no_end, "neutral", "/stock/expiry"),
        ]
    if view == "age":
        return [
            Bar(_("Up to 30 days"), sums.young, "ok", "/stock/age"),
            Bar(_("31 to 90 days"), sums.months_1_3, "info", "/stock/age?older_than=30"),
            Bar(_("91 to 180 days"), sums.months_3_6, "wait", "/stock/age?older_than=90"),
            Bar(_("More than 180 days"), sums.older, "stop", "/stock/age?older_than=180"),
        ]
    return []


def _chart(bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "grid": {"left": 56, "right": 16, "top": 32, "bottom": 32},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [str(bar.label) for bar in bars]},
        "yAxis": {"type": "value", "name": str(_("Units")), "minInterval": 1},
        "series": [{"type": "bar", "data": [bar.units for bar in bars], "barMaxWidth": 56}],
    }


HEAD: tuple[Text, ...] = (
    _("Code"), _("Kind"), _("What"), _("Material"), _("State"), _("On hold"), _("On hand"), _("Unit"), _("Place"),
    _("Kind of place"), _("Usable until"), _("Days in stock"), _("Supplier"), _("Supplier's lot"),
)  # fmt: skip


def stock_cells(rows: Sequence[StockRow], now: datetime) -> Iterator[list[str | int | Decimal | None]]:
    """The list as a file says it, in the reader's language."""
    for row in rows:
        yield [
            row.code,
            str(row.kind.label),
            row.item,
            row.material,
            str(row.state.label),
            str(_("on hold")) if row.held else "",
            row.on_hand,
            row.unit,
            row.location,
            str(row.location_kind.label) if row.location_kind else None,
            day(row.last_day) if row.last_day else None,
            row.age(now),
            row.supplier,
            row.supplier_lot,
        ]
