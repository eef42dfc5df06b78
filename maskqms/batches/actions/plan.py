"""Plan a batch under its number, which is given once and never again (R58, S42); cancel one that never began."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.batches import BatchRow, batch_by_code
from maskqms.batches.queries.masters import master_in_force
from maskqms.batches.rules.output import whole_blockers
from maskqms.batches.rules.start import line_blockers
from maskqms.batches.rules.validation import validation_blockers
from maskqms.batches.states import BATCH_MOVES, BatchState
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.products.queries import product_by_code
from maskqms.products.rules import active_blockers
from maskqms.quality.queries import change
from maskqms.trace.actions.units import make_unit, set_state
from maskqms.trace.states import UnitKind, UnitState


async def plan_batch(
    *,
    product: str,
    line: str,
    quantity: Decimal,
    planned_for: date | None = None,
    validates: str | None = None,
    actor: Actor,
) -> BatchRow:
    """A batch of a product on a line. What speaks against its start is asked at the start, on that day. `validates`
    makes it a validation batch of that change: it takes the lots that the change limits, and is held by it (R46)."""
    async with act(Tag.BATCH_PLAN, actor=actor, subject=product) as this:
        of = await product_by_code(product)
        master = await master_in_force(of.id)
        day = await today()
        reasons = actor.lacks(Role.PLANT_MANAGER) + active_blockers(of) + whole_blockers(quantity)
        reasons += line_blockers(line, master.lines if master else (), None, product)
        if not line.strip():
            reasons.append(Reason("line.missing", _("A batch runs on a line."), _("Name the line.")))
        if planned_for is not None and planned_for < day:
            reasons.append(Reason("batch.past", _("{day} is past.", day=planned_for), _("Plan it for today or later.")))
        about = None if validates is None else await change(validates)
        reasons += validation_blockers(about)
        refuse(_("Batch not planned"), reasons)
        code = await next_number("MB", digits=2)
        unit = await make_unit(
            kind=UnitKind.BATCH,
            code=code,
            item=of.name_zh,
            quantity=Decimal(0),
            unit="piece",
            state=UnitState.QUARANTINE,
            identifiers={"product": product, "line": line, "batch": code},
            actor=actor,
        )
        await sql.execute(
            "INSERT INTO batch (id, product, line, planned, planned_for, state, created_by, created_at, change)"
            " VALUES ($1, $2, $3, $4, $5, 'planned', $6, maskqms_now(), $7)",
            unit.id,
            of.id,
            line,
            quantity,
            planned_for or day,
            actor.account_id,
            None if about is None else about.id,
        )
        said = {"product": product, "line": line, "planned": quantity, "for": planned_for}
        await this.record(subject=code, after=said if about is None else {**said, "validates": about.code})
        return await batch_by_code(code)


async def cancel_batch(*, batch: str, reason: str, actor: Actor) -> BatchRow:
    """A planned batch will not be made; its number stays used."""
    async with act(Tag.BATCH_CANCEL, actor=actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        reasons = actor.lacks(Role.PLANT_MANAGER) + BATCH_MOVES.blockers(row.state, BatchState.CANCELLED)
        reasons += reason_blockers(reason)
        refuse(_("Batch not cancelled"), reasons)
        await sql.execute("UPDATE batch SET state = 'cancelled' WHERE id = $1", row.id)
        await set_state(row.id, UnitState.SCRAPPED, actor=actor, reason=reason)
        await this.record(subject=batch, before={"state": row.state}, after={"state": "cancelled"}, reason=reason)
        return await batch_by_code(batch)
