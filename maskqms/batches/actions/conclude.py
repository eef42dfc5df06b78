"""What the release decided reaches the batch, its boxes and its cartons. Who may decide is the release's matter."""

from __future__ import annotations

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.queries.batches import BatchRow, batch_by_id
from maskqms.batches.queries.packing import packed_units
from maskqms.batches.states import BATCH_MOVES, BatchState
from maskqms.db import sql
from maskqms.trace.actions.many import set_states
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import UnitState

UNIT = {BatchState.RELEASED: UnitState.RELEASED, BatchState.REJECTED: UnitState.REJECTED}


async def conclude_batch(batch_id: int, state: BatchState, *, actor: Actor, reason: str | None = None) -> BatchRow:
    """Inside the act of release or rejection: the batch moves, and with it everything packed from it."""
    async with act(Tag.BATCH_CONCLUDE, actor=actor) as this:
        packed = await packed_units(batch_id)
        await lock_units([batch_id, *packed])
        row = await batch_by_id(batch_id)
        BATCH_MOVES.check(row.state, state)
        await sql.execute("UPDATE batch SET state = $2, concluded_at = $3 WHERE id = $1", batch_id, state, this.at)
        await set_states([batch_id, *packed], UNIT[state], actor=actor, reason=reason)
        await this.record(subject=row.code, before={"state": row.state}, after={"state": state}, reason=reason)
        return await batch_by_id(batch_id)
