"""From the rows of the gate's statements to the facts its rules take: pure, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from maskqms.batches.rules.balances import Balances, PieceBalance, material_balance
from maskqms.batches.rules.masters import bill_of
from maskqms.batches.states import BatchState, ClearanceMoment, ClearanceState, OutputKind
from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.products.queries import LicenceRow, ProductRow
from maskqms.products.rules import NEEDED, licence_blockers, valid_on
from maskqms.release.queries.limits import EnteredLimitRow
from maskqms.release.queries.rows import AncestorRow, BatchRow, ClearanceRow
from maskqms.release.rules.facts import BatchFact, ClearanceFact, OutputFact, StandardFact, UnitFact
from maskqms.standards.catalogue import catalogue
from maskqms.standards.editions import Edition
from maskqms.standards.requirement import Requirement
from maskqms.standards.requirements import missing_limits, requirements

ZERO = Decimal(0)


def batch_fact(batch: BatchRow, product: ProductRow) -> BatchFact:
    bill = bill_of(batch.said("bill") or [])
    return BatchFact(
        id=batch.id,
        code=batch.code,
        product=batch.product,
        product_name=product.name,
        made_on=batch.made_on,
        expires_on=batch.expires_on,
        state=batch.unit_state,
        held=batch.held,
        holds=batch.holds,
        finished=batch.state in (BatchState.COMPLETE, BatchState.RELEASED, BatchState.REJECTED),
        stage=batch.state.label,
        validates=batch.validates,
        change_state=batch.change_state,
        carton_gtin=batch.said("product", "carton_gtin"),
        materials={item.material: item.name for item in bill},
    )


def unit_fact(row: AncestorRow) -> UnitFact:
    return UnitFact(
        row.id,
        row.code,
        row.kind,
        row.item,
        row.state,
        row.held,
        row.holds,
        row.usable_until,
        row.material,
        row.before,
        row.history,
        row.changes,
    )


def clearance_fact(batch: BatchRow, row: ClearanceRow) -> ClearanceFact:
    late = (
        row.moment is ClearanceMoment.BEFORE
        and batch.started_at is not None
        and row.valid_until is not None
        and row.valid_until < batch.started_at
    )
    return ClearanceFact(
        row.moment, row.state is ClearanceState.CHECKED, row.checked_by not in (None, row.done_by), not late
    )


def output_fact(batch: BatchRow) -> OutputFact:
    said = batch.output
    return OutputFact(
        unit="piece",
        good=said.get(OutputKind.GOOD, ZERO),
        packed=batch.packed,
        scrap=said.get(OutputKind.SCRAP, ZERO),
        samples=said.get(OutputKind.SAMPLE, ZERO),
        retained=said.get(OutputKind.RETAINED, ZERO) + batch.kept,
        taken=batch.taken,
    )


def made_of(batch: BatchRow) -> int:
    """All pieces of the batch, whatever became of them."""
    return int(sum(batch.output.values(), ZERO))


def balances_of(batch: BatchRow) -> Balances:
    """The figures of `batches`, from what one statement read: they and a finding's digest must mean the same."""
    said = batch.output
    pieces = PieceBalance(
        good=said.get(OutputKind.GOOD, ZERO),
        scrap=said.get(OutputKind.SCRAP, ZERO),
        samples=said.get(OutputKind.SAMPLE, ZERO),
        retained=said.get(OutputKind.RETAINED, ZERO),
        packed=batch.boxed,
        loose=batch.on_hand,
        counted=batch.counted,
        tolerance=Decimal(batch.said("piece_tolerance") or 0),
        yield_from=Decimal(str(batch.said("yield_from") or 0)),
    )
    issued = {material: figures[0] for material, figures in batch.issued.items()}
    returned = {material: figures[1] for material, figures in batch.issued.items()}
    materials = material_balance(bill_of(batch.said("bill") or []), pieces.made, issued, returned)
    return Balances(batch.code, pieces, materials)


def licence_facts(product: ProductRow, rows: Sequence[LicenceRow], batch: BatchRow) -> tuple[list[str], list[Reason]]:
    if batch.made_on is None:
        return [], [Reason("batch.not_started", _("The batch has no production date yet."), None)]
    kinds = [kind for group in NEEDED[product.kind] for kind in group]
    valid = [row.number for row in rows if row.kind in kinds and valid_on(row, product.code, batch.made_on)]
    return valid, licence_blockers(product, rows, batch.made_on)


def edition_of(batch: BatchRow, entered: Sequence[EnteredLimitRow]) -> tuple[Edition | None, Sequence[Requirement]]:
    if batch.edition is None:
        return None, ()
    rows = [row.adjustment() for row in entered]
    try:
        edition = catalogue().edition(batch.edition)
        return edition, requirements(edition, batch.said("grade"), batch.said("variants") or (), rows)
    except Refused:
        return None, ()


def standard_fact(batch: BatchRow, edition: Edition | None, required: Sequence[Requirement]) -> StandardFact:
    due = None
    if edition is not None and batch.made_on is not None and edition.effective_from is not None:
        dated = [e for e in catalogue().editions_of(edition.standard) if e.in_force_on(batch.made_on)]
        due = dated[0].edition if dated else _("none").in_locale("en")
    return StandardFact(
        edition=batch.edition or "-",
        known=edition is not None,
        due=due,
        grade=batch.said("grade"),
        title=str(edition.title) if edition else "",
        missing=tuple(f"{r.code} {r.name}" for r in missing_limits(required)),
        required=tuple(r.code for r in required if r.for_release),
    )
