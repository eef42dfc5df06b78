"""What the gallery shows: one lot, its rolls, a gate, a worksheet, signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field

from maskqms.actor import Actor, Role
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.web.forms import ClientKey, Form, FormModel, blank
from maskqms.web.parts import (
    Check,
    CheckGroup,
    Fact,
    Grid,
    GridCell,
    GridRow,
    Moment,
    Paging,
    Shown,
    SignatureLine,
    Tab,
)
from maskqms.workflow import State, Tone

NOW = datetime(2026, 11, 21, 6, 3, tzinfo=UTC)
PERSON = Actor(1, "li.na", "李娜", frozenset({Role.INSPECTOR, Role.QUALITY}))


class LotState(State):
    QUARANTINE = "quarantine", _("In quarantine"), Tone.WAIT
    RELEASED = "released", _("Released"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP
    IN_PROCESS = "in_process", _("In process"), Tone.INFO


class Receive(FormModel):
    material: str
    supplier_lot: str = Field(max_length=20)
    quantity: Decimal = Field(gt=0)
    made_on: date
    tests: list[str] = []
    purpose: str
    confirmed: bool = False
    note: str | None = None
    key: ClientKey


@dataclass(frozen=True, slots=True)
class RollRow:
    code: str
    metres: Decimal
    state: LotState
    until: datetime


ROLLS = [
    RollRow(f"ML-20261121-001-R{at:02d}", Decimal("1250.500"), state, NOW + timedelta(days=days))
    for at, (state, days) in enumerate(zip(LotState, (30, 3, -4, 0), strict=True), 1)
]
SHOWN = Shown(
    [
        Fact(_("Batch"), "MB-20261121-01"),
        Fact(_("Product"), "医用外科口罩 平面耳挂式 17.5×9.5 cm"),
        Fact(_("Good"), Decimal("48000")),
        Fact(_("Standard"), "YY 0469-2023"),
    ],
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
REASONS = (
    Reason(
        "roll.expired",
        _("Roll {code} could be used until {day}.", code="ML-20261101-002-R03", day="2026-11-19"),
        _("Take the roll that expires first: ML-20261115-001-R01."),
        (Link("MB-20261121-01", "/gate"), Link("ML-20261101-002", "/record"), Link("ML-20261101-002-R03", "/record")),
    ),
    Reason(
        "lot.held",
        _("Lot {code} is on hold: filtration dropped in two batches.", code="ML-20261101-002"),
        _("Quality lifts the hold, or another roll is issued."),
    ),
)


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One context for all sample pages."""

    form: Form[Any] = field(default_factory=blank)
    shown: Shown = SHOWN
    now: datetime = NOW
    rolls: list[RollRow] = field(default_factory=lambda: ROLLS)
    states: type[State] = LotState
    facts: tuple[Fact, ...] = (
        Fact(_("Supplier"), "S001 佛山熔喷新材料有限公司", "/suppliers/S001"),
        Fact(_("Received"), NOW),
        Fact(_("Quantity"), "5,002 m"),
        Fact(_("Usable until"), date(2027, 11, 20)),
    )
    tabs: tuple[Tab, ...] = (
        Tab(_("Overview"), "/record", active=True),
        Tab(_("Results"), "#", 12),
        Tab(_("Trace"), "#", 4),
        Tab(_("History"), "#", 31),
    )
    history: tuple[Moment, ...] = (
        Moment(
            NOW,
            "李娜",
            _("Result entered"),
            "设备校准后复测",
            before={"value": Decimal("95.1"), "verdict": "pass"},
            after={"value": Decimal("94.8"), "verdict": "fail"},
        ),
        Moment(NOW - timedelta(hours=3), "王强", _("Lot received"), meaning=_("made"), after={"metres": Decimal(1250)}),
    )
    groups: tuple[CheckGroup, ...] = (
        CheckGroup(
            _("Materials"),
            [
                Check(_("All materials were released when issued"), passed=False, reasons=REASONS, who="质量部"),
                Check(_("Supplier approval covers the receipt date"), passed=True, evidence="S001, S002"),
                Check(_("Own licences on the production date"), passed=True),
            ],
        ),
        CheckGroup(_("Tests"), [Check(_("Every release test has a result"), passed=True)]),
    )
    signatures: tuple[SignatureLine, ...] = (
        SignatureLine("李娜", _("QC inspector"), _("checked"), NOW, SHOWN.digest),
        SignatureLine("王强", _("Quality"), _("released"), NOW, SHOWN.digest, void=True),
    )
    paging: Paging = field(default_factory=lambda: Paging(2, 50, 1234, "/gate", {"state": "quarantine"}))
    grid: Grid | None = None
    chart: dict[str, Any] | None = None


CHART = {
    "tooltip": {},
    "legend": {},
    "xAxis": {"type": "category", "name": "d", "data": list(range(1, 8))},
    "yAxis": {"type": "value", "name": "PFE %", "min": 90},
    "series": [
        {"name": "S001", "type": "line", "data": [98, 97.5, 97.4, 96.8, 96.1, 95.6, 95.2]},
        {"name": "S002", "type": "line", "data": [97, 96.9, 96.9, 96.8, 96.7, 96.6, 96.5]},
    ],
}
GRID_ROWS = (
    GridRow(
        "pfe",
        "颗粒过滤效率 (30 L/min)",
        "≥ 95",
        "%",
        [GridCell(1, "97.2", Tone.OK, _("pass"), "TSI-01"), GridCell(2, "94.9", Tone.STOP, _("fail")), GridCell(3)],
    ),
    GridRow("dp", "通气阻力", "≤ 49", "Pa/cm²", [GridCell(1), GridCell(2, locked=True), GridCell(3)]),
    GridRow(
        "look",
        "外观",
        _("no damage, no stains"),
        None,
        [GridCell(at) for at in range(1, 4)],
        choices=(("pass", _("pass")), ("fail", _("fail"))),
    ),
)
