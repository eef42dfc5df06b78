"""Output, packing and completion: each piece is counted once, and a carton holds what its label says (R67, R82)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from maskqms.batches.rules.issue import BatchFacts, held_batch_blockers, in_production_blockers
from maskqms.batches.states import BatchState, OutputKind, ScrapReason
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.trace.rules import UnitFacts, plain, usable_blockers
from maskqms.trace.states import UnitState

KEPT = frozenset({OutputKind.SAMPLE, OutputKind.RETAINED})
"""What the laboratory or quality took; it is often written down when the line has long stopped."""

CARTONED = frozenset({BatchState.IN_PRODUCTION, BatchState.COMPLETE, BatchState.RELEASED})
"""A carton that was unpacked to be looked at is packed again, also after production and after the release."""


def recording_blockers(batch: BatchFacts, kind: OutputKind) -> list[Reason]:
    """Output belongs to production; a sample may be entered, or taken back, until the batch is decided."""
    if kind in KEPT and batch.state is BatchState.COMPLETE:
        return []
    return in_production_blockers(batch)


def sample_warnings(batch: BatchFacts, retained: Decimal) -> list[Reason]:
    """No reason to keep people at the line, but the release will ask for it (R87 m)."""
    if retained > 0:
        return []
    text = _("No retained sample of {batch} is recorded.", batch=batch.code)
    remedy = _("Record it now, or before the batch is decided: it is not released without.")
    return [Reason("batch.no_retained_sample", text, remedy, (batch.link,))]


def whole_blockers(quantity: Decimal) -> list[Reason]:
    if quantity.is_finite() and quantity > 0 and quantity == quantity.to_integral_value():
        return []
    return [Reason("output.whole", _("Masks are counted in whole pieces, more than none."))]


def output_blockers(
    batch: BatchFacts, kind: OutputKind, quantity: Decimal, scrap: ScrapReason | None, note: str | None, issued: bool
) -> list[Reason]:
    """Recording what was made goes on when the batch is held; without material nothing can have been made."""
    reasons = recording_blockers(batch, kind) + whole_blockers(quantity)
    if not issued:
        text = _("No material was issued to {batch} yet.", batch=batch.code)
        reasons.append(Reason("output.no_material", text, _("Scan the rolls on the machine first."), (batch.link,)))
    if kind is OutputKind.SCRAP and scrap is None:
        reasons.append(Reason("output.scrap_reason", _("Scrap needs its reason."), _("Choose what was wrong.")))
    if kind is OutputKind.SCRAP and scrap is ScrapReason.OTHER and not (note or "").strip():
        reasons.append(Reason("output.note", _("Another reason needs words."), _("Write down what was wrong.")))
    return reasons


def reversal_blockers(
    batch: BatchFacts, quantity: Decimal, loose: Decimal, kind: OutputKind, reversed_: bool
) -> list[Reason]:
    """An entry is reversed once, and good pieces only while they are not packed."""
    reasons = recording_blockers(batch, kind)
    if reversed_:
        reasons.append(Reason("output.reversed", _("This entry has been reversed already.")))
    if kind is OutputKind.GOOD and quantity > loose:
        text = _(
            "Only {loose} pieces are not packed yet, {quantity} would be taken back.",
            loose=plain(loose),
            quantity=plain(quantity),
        )
        reasons.append(Reason("output.packed", text, _("Unpack cartons first."), (batch.link,)))
    return reasons


def pack_blockers(
    batch: BatchFacts, *, boxes: int, per_box: int, most: int, loose: Decimal, expired: bool, cartons: int = 1
) -> list[Reason]:
    """So many boxes can be filled from what is loose, and fit in the cartons."""
    reasons = in_production_blockers(batch) + held_batch_blockers(batch)
    if boxes < 1 or cartons < 1:
        reasons.append(Reason("pack.none", _("At least one box goes into a carton.")))
    if boxes > most:
        text = _("A carton of this product holds {most} boxes, not {boxes}.", most=most, boxes=boxes)
        reasons.append(Reason("pack.too_many", text, _("Begin another carton.")))
    wanted = Decimal(boxes * per_box * cartons)
    if wanted > loose:
        text = _(
            "{wanted} good pieces are needed, {loose} are recorded and not packed yet.",
            wanted=plain(wanted),
            loose=plain(loose),
        )
        reasons.append(Reason("pack.too_few", text, _("Record the output first, or pack fewer boxes."), (batch.link,)))
    if expired:
        reasons.append(
            Reason("pack.expired", _("{batch} is past its shelf life.", batch=batch.code), None, (batch.link,))
        )
    return reasons


def goods_state(batch: BatchFacts) -> UnitState:
    """The state of boxes and cartons: they wait in quarantine until their batch is released."""
    return UnitState.RELEASED if batch.state is BatchState.RELEASED else UnitState.QUARANTINE


def loose_box_blockers(
    batch: BatchFacts, asked: Sequence[str], loose: Mapping[str, UnitFacts], most: int, at: datetime
) -> list[Reason]:
    """Boxes named for a carton are loose boxes of this very batch, nothing is mixed (R69), and each is as usable as
    goods of the batch are at this moment."""
    reasons = [] if batch.state in CARTONED else in_production_blockers(batch)
    reasons += held_batch_blockers(batch)
    if not asked:
        reasons.append(Reason("pack.none", _("At least one box goes into a carton.")))
    if len(asked) > most:
        text = _("A carton of this product holds {most} boxes, not {boxes}.", most=most, boxes=len(asked))
        reasons.append(Reason("pack.too_many", text, _("Begin another carton.")))
    for code in asked:
        if code not in loose:
            text = _("{code} is no loose box of {batch}.", code=code, batch=batch.code)
            remedy = _("Only boxes of the same batch that are in no carton go together.")
            reasons.append(Reason("pack.not_loose", text, remedy, (Link(code, f"/units/{code}"),)))
        elif not batch.held:
            reasons += usable_blockers(loose[code], at, states={goods_state(batch)})
    return reasons


def completion_blockers(batch: BatchFacts, *, counted: Decimal, loose: Decimal, loose_boxes: int) -> list[Reason]:
    """What only the people at the line can still put right is asked before they leave it."""
    reasons = in_production_blockers(batch)
    if counted < 0 or counted != counted.to_integral_value():
        reasons.append(Reason("output.whole", _("The counter of the machine shows whole pieces.")))
    if loose > 0:
        text = _("{n} good pieces are neither packed nor written off.", n=plain(loose))
        remedy = _("Pack them, keep them as samples, or reverse the entry and record them as scrap.")
        reasons.append(Reason("batch.loose_pieces", text, remedy, (batch.link,)))
    if loose_boxes > 0:
        text = _("{n} boxes are in no carton.", n=loose_boxes)
        reasons.append(Reason("batch.loose_boxes", text, _("Put them in a last carton."), (batch.link,)))
    return reasons
