"""Write down what the machine made: good pieces, scrap, samples, retained samples. A wrong entry is reversed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.batches import batch_by_id
from maskqms.batches.queries.record import output_by_id
from maskqms.batches.rules.output import output_blockers, reversal_blockers
from maskqms.batches.states import OutputKind, ScrapReason
from maskqms.db import sql
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.trace.actions.movements import record_movement, reverse_movement
from maskqms.trace.states import MovementKind

TAKEN = {
    OutputKind.SCRAP: MovementKind.SCRAP,
    OutputKind.SAMPLE: MovementKind.SAMPLE,
    OutputKind.RETAINED: MovementKind.RETAIN,
}
"""What does not stay to be packed leaves the batch's stock in the same act."""


MAKERS = (Role.OPERATOR, Role.PLANT_MANAGER)
SAMPLERS = (*MAKERS, Role.INSPECTOR, Role.QUALITY)
ROLES = {
    OutputKind.GOOD: MAKERS,
    OutputKind.SCRAP: MAKERS,
    OutputKind.SAMPLE: SAMPLERS,
    OutputKind.RETAINED: SAMPLERS,
}
"""Whose work it is to write down each kind."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the tablet says: the entry, and how many good pieces wait to be packed."""

    batch: str
    entry: int
    kind: OutputKind
    quantity: Decimal
    made: Decimal
    loose: Decimal


async def record_output(
    *,
    batch: str,
    kind: OutputKind,
    quantity: Decimal,
    scrap_reason: ScrapReason | None = None,
    note: str | None = None,
    actor: Actor,
) -> Recorded:
    """Add pieces to what the batch made; allowed while it is held, for they exist."""
    async with act(Tag.BATCH_OUTPUT, actor=actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        issued = await sql.fetch_value("SELECT EXISTS (SELECT 1 FROM batch_issue WHERE batch = $1)", row.id)
        why = scrap_reason if kind is OutputKind.SCRAP else None
        reasons = actor.lacks(*ROLES[kind]) + output_blockers(row.facts, kind, quantity, why, note, issued)
        refuse(_("Output of {batch} not recorded", batch=batch), reasons)
        words = str(why.label.in_locale("en")) if why else None
        made = await record_movement(row.id, kind=MovementKind.OUTPUT, quantity=quantity, actor=actor)
        taken = None
        if kind in TAKEN:
            taken = await record_movement(
                row.id, kind=TAKEN[kind], quantity=quantity, actor=actor, reason=note or words
            )
        entry = await sql.fetch_value(
            "INSERT INTO batch_output (batch, kind, quantity, scrap_reason, note, made, taken, account, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, maskqms_now()) RETURNING id",
            row.id,
            kind,
            quantity,
            why,
            note,
            made.id,
            taken.id if taken else None,
            actor.account_id,
        )
        await this.record(subject=batch, after={"kind": kind, "quantity": quantity, "reason": why, "note": note})
        after = await batch_by_id(row.id)
        return Recorded(batch, entry, kind, quantity, after.quantity, after.on_hand)


async def reverse_output(*, batch: str, entry: int, reason: str, actor: Actor) -> Recorded:
    """Take back a wrong entry by its negative; good pieces only as far as they are not packed yet."""
    async with act(Tag.BATCH_OUTPUT_REVERSE, actor=actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        wrong = await output_by_id(entry)
        reasons = actor.lacks(Role.OPERATOR, Role.PLANT_MANAGER)
        if wrong.batch != row.id or wrong.reverses is not None:
            reasons.append(Reason("output.other", _("This is no entry of {batch} that can be reversed.", batch=batch)))
        reasons += reversal_blockers(row.facts, wrong.quantity, row.on_hand, wrong.kind, wrong.reversed)
        reasons += reason_blockers(reason, _("Say what was wrong."))
        refuse(_("Entry not reversed"), reasons)
        taken = None
        if wrong.taken is not None:
            taken = await reverse_movement(wrong.taken, actor=actor, reason=reason)
        made = await reverse_movement(wrong.made, actor=actor, reason=reason)
        made_entry = await sql.fetch_value(
            "INSERT INTO batch_output (batch, kind, quantity, scrap_reason, note, made, taken, reverses, account, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, maskqms_now()) RETURNING id",
            row.id,
            wrong.kind,
            -wrong.quantity,
            wrong.scrap_reason,
            reason,
            made.id,
            taken.id if taken else None,
            wrong.id,
            actor.account_id,
        )
        await this.record(subject=batch, before={"kind": wrong.kind, "quantity": wrong.quantity}, reason=reason)
        after = await batch_by_id(row.id)
        return Recorded(batch, made_entry, wrong.kind, -wrong.quantity, after.quantity, after.on_hand)
