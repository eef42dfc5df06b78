"""What the start of a batch depends on, as it stands now, and the snapshot that the start makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic_core import to_jsonable_python

from maskqms.batches.queries.batches import BatchRow, running_on
from maskqms.batches.queries.masters import MasterRow, master_in_force
from maskqms.batches.queries.record import ClearanceRow, latest_clearance
from maskqms.batches.rules.issue import held_batch_blockers
from maskqms.batches.rules.start import ClearanceFacts, clearance_blockers, line_blockers, no_master
from maskqms.batches.standards import Chosen, edition_for
from maskqms.batches.states import BATCH_MOVES, BatchState, ClearanceMoment
from maskqms.db.clock import local
from maskqms.errors import Reason
from maskqms.products.queries import LicenceRow, ProductRow, licence_blockers, licences, product_by_id
from maskqms.products.rules import active_blockers, packing_blockers, valid_on


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything a start depends on, as it stands on that day; `reasons` is empty when the batch may begin."""

    product: ProductRow
    master: MasterRow | None
    chosen: Chosen | None
    clearance: ClearanceRow | None
    licences: tuple[LicenceRow, ...]
    day: date
    reasons: tuple[Reason, ...]


async def conditions(row: BatchRow, at: datetime) -> Conditions:
    """Gather them all; the tablet shows the same list before anybody presses the button."""
    day = local(at).date()
    product = await product_by_id(row.product_id)
    master = await master_in_force(row.product_id)
    clearance = await latest_clearance(row.id, ClearanceMoment.BEFORE)
    certificates = tuple(row for row in await licences() if valid_on(row, product.code, day))
    reasons = BATCH_MOVES.blockers(row.state, BatchState.IN_PRODUCTION) + held_batch_blockers(row.facts)
    reasons += active_blockers(product) + await licence_blockers(product, day) + packing_blockers(product)
    chosen = None
    if master is None:
        reasons.append(no_master(product.code))
    else:
        chosen = edition_for(master.standard, master.grade, master.variants, day)
        reasons += chosen.reasons
    running = await running_on(row.line, but=row.id)
    reasons += line_blockers(row.line, master.lines if master else (), running, product.code)
    reasons += clearance_blockers(row.code, row.line, facts_of(clearance), at)
    return Conditions(product, master, chosen, clearance, certificates, day, tuple(reasons))


def facts_of(clearance: ClearanceRow | None) -> ClearanceFacts | None:
    if clearance is None:
        return None
    return ClearanceFacts(
        line=clearance.line,
        state=clearance.state,
        done_by=clearance.done_by,
        done_by_name=clearance.done_by_name,
        checked_by=clearance.checked_by,
        valid_until=clearance.valid_until,
    )


def snapshot_of(found: Conditions, line: str, expires_on: date, validates: str | None) -> dict[str, Any]:
    """What the batch is made by, whatever happens to product, master record and licences afterwards (S39)."""
    product, master, chosen, clearance = found.product, found.master, found.chosen, found.clearance
    assert master is not None
    assert chosen is not None
    assert clearance is not None
    return to_jsonable_python(  # type: ignore[no-any-return]
        {
            "product": {
                "code": product.code,
                "name_zh": product.name_zh,
                "name_en": product.name_en,
                "kind": product.kind,
                "model": product.model,
                "standard": product.standard,
                "grade": product.grade,
                "variants": list(product.variants),
                "gtin": product.gtin,
                "carton_gtin": product.carton_gtin,
                "pieces_per_box": product.pieces_per_box,
                "boxes_per_carton": product.boxes_per_carton,
                "shelf_life_months": product.shelf_life_months,
            },
            "standard": master.standard,
            "edition": chosen.edition,
            "edition_open": list(chosen.open_tests),
            "grade": master.grade,
            "variants": list(master.variants),
            "master_record": {
                "version": master.version,
                "approved_by": master.approved_by,
                "in_force_from": master.in_force_from,
            },
            "bill": master.bill,
            "route": master.route,
            "lines": list(master.lines),
            "line": line,
            "validates": validates,
            "yield_from": master.yield_from,
            "piece_tolerance": master.piece_tolerance,
            "licences": [
                {
                    "kind": licence.kind,
                    "number": licence.number,
                    "valid_from": licence.valid_from,
                    "valid_until": licence.valid_until,
                }
                for licence in found.licences
            ],
            "clearance": clearance.id,
            "made_on": found.day,
            "expires_on": expires_on,
        }
    )
