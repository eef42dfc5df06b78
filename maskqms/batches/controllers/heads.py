"""The head of a batch's page: the sentence about what it waits for, gathered from everything that decides it."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.batches.pages.office import Head, band_of, head_facts, tabs_of
from maskqms.batches.queries.balances import standing_balance_blockers
from maskqms.batches.queries.batches import BatchRow
from maskqms.batches.queries.conditions import conditions
from maskqms.batches.queries.record import latest_clearance
from maskqms.batches.states import BatchState, ClearanceMoment, ClearanceState
from maskqms.db.clock import now
from maskqms.i18n import _


async def head_of(batch: BatchRow, active: str, actor: Actor) -> Head:
    """What stands on top of every tab."""
    planned = batch.state is BatchState.PLANNED
    complete = batch.state is BatchState.COMPLETE
    missing = (await conditions(batch, await now())).reasons if planned else ()
    balance = await standing_balance_blockers(batch.id) if complete else []
    after = await latest_clearance(batch.id, ClearanceMoment.AFTER) if complete else None
    unchecked = after is None or after.state is not ClearanceState.CHECKED
    band, tone = band_of(batch, missing, balance, unchecked)
    link = None
    if batch.state in (BatchState.PLANNED, BatchState.IN_PRODUCTION):
        link = (batch.station, _("At the line"))
    elif batch.state is not BatchState.CANCELLED:
        link = (f"{batch.href}/release", _("Review and release"))
    return Head(
        batch=batch,
        facts=head_facts(batch),
        band=band,
        tone=tone,
        tabs=tabs_of(batch, active),
        reasons=missing if active == "" else (),
        may_cancel=planned and actor.has(Role.PLANT_MANAGER),
        link=link,
    )
