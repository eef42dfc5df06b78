"""Pages of master records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.batches.forms import BILL_ROWS
from maskqms.batches.queries.masters import MasterRow
from maskqms.batches.rules.masters import BillItem, Step
from maskqms.batches.states import MasterState
from maskqms.i18n import Text, _
from maskqms.products.queries import ProductRow
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Shown
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class MastersPage:
    rows: Sequence[MasterRow]
    products: Sequence[ProductRow]
    product: str | None
    may_write: bool


@dataclass(frozen=True, slots=True)
class MasterFormPage:
    """A new version, or `version` of an existing draft."""

    product: ProductRow
    form: Form[Any]
    materials: Sequence[Option]
    rows: Sequence[int]
    version: int | None

    @property
    def url(self) -> str:
        base = f"/master-records/{self.product.code}"
        return f"{base}/new" if self.version is None else f"{base}/{self.version}/change"


@dataclass(frozen=True, slots=True)
class MasterPage:
    row: MasterRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    bill: Sequence[BillItem]
    steps: Sequence[Step]
    shown: Shown
    is_draft: bool
    in_force: bool
    may_write: bool
    may_approve: bool


def master_page(row: MasterRow, *, may_write: bool, may_approve: bool) -> MasterPage:
    return MasterPage(
        row=row,
        facts=[
            Fact(_("Standard"), f"{row.standard} {row.grade or ''}".strip()),
            Fact(_("Lines"), list(row.lines)),
            Fact(_("Least yield"), f"{row.yield_from * 100:.1f} %"),
            Fact(_("The count may differ by"), _("{n} pcs", n=row.piece_tolerance)),
            Fact(_("Written by"), row.author_name),
            Fact(_("Approved by"), row.approved_by),
        ],
        band=band_of(row),
        tone=row.state.tone,
        bill=row.items,
        steps=row.steps,
        shown=Shown(rows=shown_rows(row), digest=content_digest(row.content())),
        is_draft=row.state is MasterState.DRAFT,
        in_force=row.state is MasterState.IN_FORCE,
        may_write=may_write,
        may_approve=may_approve,
    )


def band_of(row: MasterRow) -> Text:
    match row.state:
        case MasterState.DRAFT:
            return _("A draft by {name}: another person of quality puts it in force.", name=row.author_name)
        case MasterState.IN_FORCE:
            return _("In force: every batch that starts now is made by this version.")
    return _("Retired: batches made by it keep it, no new one starts by it.")


def shown_rows(row: MasterRow) -> list[Fact]:
    """The whole version in lines short enough to be read before signing."""
    return [
        Fact(_("Master record"), row.subject),
        Fact(_("Standard"), f"{row.standard} {row.grade or ''}".strip()),
        Fact(_("What is new"), row.change),
        *(
            Fact(item.material, _("{n} {unit} for 1000 pcs, loss at most {loss} %", **figures(item)))
            for item in row.items
        ),
        Fact(_("Route"), " → ".join(step.name for step in row.steps)),
        Fact(_("Lines"), list(row.lines)),
    ]


def figures(item: BillItem) -> dict[str, str]:
    return {"n": f"{item.quantity_per_1000:f}", "unit": item.unit, "loss": f"{item.loss_percent:f}"}


def filled(row: MasterRow) -> Form[Any]:
    """The form with what a version says."""
    facts: dict[str, Any] = {
        "route": "\n".join(step.name for step in row.steps),
        "lines": ", ".join(row.lines),
        "yield_percent": row.yield_from * 100,
        "piece_tolerance": row.piece_tolerance,
        "change": row.change if row.state is MasterState.DRAFT else None,
    }
    for number, item in enumerate(row.items[:BILL_ROWS], start=1):
        facts[f"material_{number}"] = item.material
        facts[f"quantity_{number}"] = item.quantity_per_1000
        facts[f"loss_{number}"] = item.loss_percent
        facts[f"short_{number}"] = item.short_percent
    return blank(**facts)


def empty_form() -> Form[Any]:
    return blank(yield_percent=Decimal(95), piece_tolerance=20, loss_1=Decimal(5), short_1=Decimal(2))
