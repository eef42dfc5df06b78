"""Production is complete: the counter is read, both balances are struck and kept (R66, R67).

A figure out of its limits does not keep people at the line; it keeps the batch from its release until quality has
found the cause and signed that the goods are safe.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from maskqms.accounts.signing import Meaning, Signer, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.balances import balances_of, balances_with
from maskqms.batches.queries.packing import packed_counts
from maskqms.batches.queries.record import people_of
from maskqms.batches.rules.balances import balance_blockers
from maskqms.batches.rules.output import completion_blockers
from maskqms.batches.states import BatchState
from maskqms.db import sql
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.trace.actions.units import set_state
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class Completed:
    """What the tablet says: how many figures are out of their limits."""

    code: str
    made: Decimal
    out_of_limits: int


async def complete_batch(*, batch: str, counted: Decimal, actor: Actor) -> Completed:
    """End production with what the machine's counter shows. Loose pieces and boxes are put right before that."""
    async with act(Tag.BATCH_COMPLETE, actor=actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        counts = await packed_counts(row.id)
        reasons = actor.lacks(Role.OPERATOR, Role.PLANT_MANAGER)
        reasons += completion_blockers(row.facts, counted=counted, loose=row.on_hand, loose_boxes=counts.loose_boxes)
        refuse(_("Production of {batch} not completed", batch=batch), reasons)
        balances = await balances_with(row, counted)
        await sql.execute(
            "UPDATE batch SET state = 'complete', counted = $2, balances = $3, completed_by = $4, completed_at = $5"
            " WHERE id = $1",
            row.id,
            counted,
            json.dumps(balances.as_json(), ensure_ascii=False),
            actor.account_id,
            this.at,
        )
        await set_state(row.id, UnitState.QUARANTINE, actor=actor)
        out = balance_blockers(balances)
        await this.record(
            subject=batch,
            before={"state": row.state},
            after={"state": "complete", "balances": balances.as_json(), "out": [reason.code for reason in out]},
        )
        return Completed(batch, balances.pieces.made, len(out))


async def explain_balance(*, batch: str, cause: str, digest: str | None = None, signer: Signer) -> None:
    """Quality found why a figure is off and signs that the goods are safe; it stands for these figures only (R66)."""
    async with act(Tag.BATCH_EXPLAIN, actor=signer.actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        balances = await balances_of(row.id)
        if digest is not None and digest != balances.digest:
            raise Stale(_("Difference not explained"))
        out = balance_blockers(balances)
        reasons = signer.actor.lacks(Role.QUALITY)
        if row.state is not BatchState.COMPLETE:
            text = _(
                "{batch} is {state}; balances are judged when production is complete.",
                batch=batch,
                state=row.state.label,
            )
            reasons.append(Reason("balance.not_complete", text))
        if not out:
            reasons.append(Reason("balance.within", _("Every figure is within its limits.")))
        if any(person.account == signer.account.id for person in await people_of(row.id)):
            text = _("{name} worked on this batch and does not judge it.", name=signer.account.name)
            reasons.append(Reason("balance.own_work", text, _("Another person of quality does it.")))
        if not cause.strip():
            reasons.append(
                Reason("reason.missing", _("The cause is needed."), _("Say what was found and why it is safe."))
            )
        refuse(_("Difference not explained"), reasons)
        content = {
            "batch": batch,
            "cause": cause,
            "out": [reason.code for reason in out],
            "balances": balances.as_json(),
        }
        signature = await sign(signer, Meaning.REVIEWED, subject=batch, content=content)
        await sql.execute(
            "INSERT INTO batch_finding (batch, cause, figures, signature, at) VALUES ($1, $2, $3, $4, maskqms_now())",
            row.id,
            cause,
            balances.digest,
            signature,
        )
        await this.record(subject=batch, after=content, reason=cause)
