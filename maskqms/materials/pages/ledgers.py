"""The ledgers: their tables on the page and the same rows as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.i18n import Text, _
from maskqms.materials.queries.ledgers import InspectionLine, LedgerFilter, PurchaseLine, ReconciledLine, UseLine
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.materials.states import Measure
from maskqms.materials.stock_states import Ledger
from maskqms.web.filters import day, moment
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Column, Option, Paging, Tab

PAGE_SIZE = 50
Line = PurchaseLine | InspectionLine | UseLine | ReconciledLine
Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a ledger; a link where it names a record."""

    value: Value
    href: str | None = None
    unit: str | None = None

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, Decimal | int)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`wrong` when the books of this lot do not agree."""

    cells: Sequence[Cell]
    wrong: bool = False


NUMERIC = frozenset({
    "Rolls", "Quantity", "Received", "Used", "Samples", "Scrap", "Returned", "Counted", "On hand", "Difference",
})  # fmt: skip
HEADS: dict[Ledger, tuple[Text, ...]] = {
    Ledger.PURCHASE: (
        _("Received"), _("Lot"), _("Material"), _("What"), _("Supplier"), _("Manufacturer"), _("Supplier's lot"),
        _("Delivery note"), _("Quantity"), _("Unit"), _("Rolls"), _("Received by"),
    ),
    Ledger.INSPECTION: (
        _("Received"), _("Lot"), _("Material"), _("What"), _("Supplier"), _("Specification"), _("Inspection"),
        _("Result"), _("State of the lot"), _("Decision"), _("Decided at"), _("Decided by"),
    ),
    Ledger.USE: (
        _("When"), _("Act"), _("Batch"), _("Roll or lot"), _("Lot"), _("Material"), _("What"), _("Supplier"),
        _("Quantity"), _("Unit"), _("By"),
    ),
    Ledger.RECONCILED: (
        _("Received"), _("Lot"), _("Material"), _("What"), _("Supplier"), _("Unit"), _("Quantity"), _("Used"),
        _("Samples"), _("Scrap"), _("Returned"), _("Counted"), _("On hand"), _("Difference"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerPage:
    ledger: Ledger
    tabs: Sequence[Tab]
    columns: Sequence[Column]
    rows: Sequence[LedgerRow]
    wrong: int
    paging: Paging
    materials: Sequence[Option]
    suppliers: Sequence[Option]
    form: Form[Any]
    path: str
    csv: str
    xlsx: str
    pdf: str


def ledger_page(
    ledger: Ledger,
    lines: Sequence[Line],
    total: int,
    query: dict[str, Any],
    page: int,
    materials: Sequence[MaterialRow],
    suppliers: Sequence[SupplierRow],
) -> LedgerPage:
    rows = [ledger_row(line) for line in lines]
    path = f"/ledgers/{ledger}"
    files = Paging(1, PAGE_SIZE, 0, path, query)
    return LedgerPage(
        ledger=ledger,
        tabs=[Tab(one.label, f"/ledgers/{one}", active=one is ledger) for one in Ledger],
        columns=[Column(word, numeric=word.message in NUMERIC and number > 0)
                 for number, word in enumerate(HEADS[ledger])],
        rows=rows,
        wrong=sum(row.wrong for row in rows),
        paging=Paging(page, PAGE_SIZE, total, path, query),
        materials=[Option(row.code, f"{row.code} {row.name}") for row in materials],
        suppliers=[Option(row.code, f"{row.code} {row.name}") for row in suppliers],
        form=blank(**query),
        path=path,
        csv=files.to(1).replace(f"{path}?", f"{path}/csv?"),
        xlsx=files.to(1).replace(f"{path}?", f"{path}/xlsx?"),
        pdf=files.to(1).replace(f"{path}?", f"{path}/pdf?"),
    )  # fmt: skip


def _unit(unit: str) -> Cell:
    return Cell(str(Measure(unit).label))


def ledger_row(line: Line) -> LedgerRow:
    lot = Cell(line.lot, f"/lots/{line.lot}")
    material = Cell(line.material, f"/materials/{line.material}")
    match line:
        case PurchaseLine():
            cells = [
                Cell(day(line.received_at)), lot, material, Cell(line.material_name),
                Cell(f"{line.supplier} {line.supplier_name}", f"/suppliers/{line.supplier}"),
                Cell(line.manufacturer), Cell(line.supplier_lot), Cell(line.delivery_note), Cell(line.quantity),
                _unit(line.unit), Cell(line.rolls), Cell(line.receiver),
            ]  # fmt: skip
        case InspectionLine():
            found = line.outcome.label if line.outcome else line.inspection_state and line.inspection_state.label
            cells = [
                Cell(day(line.received_at)), lot, material, Cell(line.material_name), Cell(line.supplier_name),
                Cell(f"v{line.specification}"),
                Cell(line.inspection, f"/inspections/{line.inspection}" if line.inspection else None),
                Cell(str(found) if found else None), Cell(str(line.state.label)),
                Cell(str(line.decision.label) if line.decision else None),
                Cell(moment(line.decided_at) if line.decided_at else None), Cell(line.decider),
            ]  # fmt: skip
        case UseLine():
            cells = [
                Cell(moment(line.at)), Cell(str(line.activity.label)), Cell(line.batch, f"/batches/{line.batch}"),
                Cell(line.code, f"/units/{line.code}"), lot, material, Cell(line.material_name),
                Cell(line.supplier_name), Cell(line.quantity), _unit(line.unit), Cell(line.who),
            ]  # fmt: skip
        case ReconciledLine():
            figures = (line.received, line.used, line.samples, line.scrap, line.returned, line.adjusted, line.on_hand)
            cells = [
                Cell(day(line.received_at)), lot, material, Cell(line.material_name), Cell(line.supplier_name),
                _unit(line.unit), *(Cell(figure) for figure in figures), Cell(line.difference),
            ]  # fmt: skip
            return LedgerRow(cells, wrong=line.difference != 0)
    return LedgerRow(cells)


def asked_words(asked: LedgerFilter) -> str:
    """What a file was asked for, as its head line says it."""
    parts = [
        str(_("from {day}", day=asked.since)) if asked.since else "",
        str(_("until {day}", day=asked.until)) if asked.until else "",
        asked.material or "",
        asked.supplier or "",
    ]
    return ", ".join(part for part in parts if part) or str(_("everything"))
