"""The files of a history folder and their columns, in one place for checks, template and documentation."""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.trace.states import Activity, UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's columns; `needed` may not be empty in any row."""

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    example: tuple[str, ...]


UNITS = Layout(
    "units.csv",
    ("kind", "code", "item", "quantity", "unit", "made_on", "expires_on", "supplier", "supplier_lot", "state"),
    frozenset({"kind", "code", "item", "quantity", "unit", "state"}),
    (
        "lot",
        "ML-2025-001",
        "熔喷布 25 g BFE99",
        "480000",
        "g",
        "2025-03-01",
        "2027-02-28",
        "长垣市某某无纺布厂",
        "R2503-18",
        "released",
    ),
)
LINKS = Layout(
    "links.csv",
    ("parent", "child", "activity", "quantity", "unit", "at"),
    frozenset({"parent", "child", "activity", "quantity", "unit", "at"}),
    ("ML-2025-001", "ML-2025-001-R01", "split", "16000", "g", "2025-03-02T08:00:00+08:00"),
)
CONSIGNEES = Layout(
    "consignees.csv",
    ("code", "name", "address", "contact", "country"),
    frozenset({"code", "name"}),
    ("C001", "某市人民医院", "人民路 1 号", "0373-1234567", "CN"),
)
SHIPMENTS = Layout(
    "shipments.csv",
    ("code", "consignee", "shipped_on"),
    frozenset({"code", "consignee", "shipped_on"}),
    ("SH-2025-001", "C001", "2025-04-01"),
)
SHIPMENT_LINES = Layout(
    "shipment_lines.csv",
    ("shipment", "unit", "quantity", "unit_of_measure"),
    frozenset({"shipment", "unit", "quantity", "unit_of_measure"}),
    ("SH-2025-001", "MB-2025-001", "20000", "piece"),
)
FILES = (UNITS, LINKS, CONSIGNEES, SHIPMENTS, SHIPMENT_LINES)

KINDS = frozenset(
    str(kind) for kind in (UnitKind.LOT, UnitKind.ROLL, UnitKind.BATCH, UnitKind.BOX, UnitKind.CARTON, UnitKind.PALLET)
)
ACTIVITIES = frozenset(
    str(act) for act in (Activity.SPLIT, Activity.ISSUE, Activity.REWORK, Activity.PACK, Activity.LOAD)
)
STATES = frozenset(str(state) for state in UnitState)

LONGEST_CODE = 80
LONGEST_MEASURE = 20
