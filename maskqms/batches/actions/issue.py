"""Issue a roll or lot to a batch by its scan (R53), and bring back what was not used.

Of two tablets that issue the last metres of a roll, exactly one gets them: both lock the roll before they look.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.record import issued_before
from maskqms.batches.queries.stock import candidates
from maskqms.batches.rules.issue import choice_blockers, first_to_expire, issue_blockers, return_blockers
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.materials.actions.locations import put_away, share_place
from maskqms.materials.queries.changes import limits_of
from maskqms.materials.queries.failed import failed_sheets
from maskqms.materials.rules.changes import limit_blockers
from maskqms.materials.rules.decision import failed_blockers
from maskqms.trace.actions.link import LinkRow, link
from maskqms.trace.queries.units import UnitRow, unit_by_code
from maskqms.trace.states import Activity, UnitState


@dataclass(frozen=True, slots=True)
class Issued:
    """What the tablet says: how much of what went in, and what is left of it."""

    batch: str
    code: str
    item: str
    material: str
    quantity: Decimal
    unit: str
    left: Decimal
    conditional: bool


async def issue_unit(
    *,
    batch: str,
    code: str,
    quantity: Decimal | None = None,
    reason: str | None = None,
    again: bool = False,
    actor: Actor,
) -> Issued:
    """Put a roll or lot into the batch: all that is left of it, or less. `reason` says why not the first to expire,
    `again` that a unit of which some is in the batch already is meant to give more."""
    async with act(Tag.BATCH_ISSUE, actor=actor, subject=batch) as this:
        found = await unit_by_code(code)
        row, units = await lock_batch(batch, also=[found.id])
        unit = units[found.id]
        material = unit.identifiers.get("material")
        reasons = actor.lacks(Role.OPERATOR, Role.PLANT_MANAGER) + issue_blockers(
            row.facts,
            row.bill,
            unit,
            kind=unit.kind,
            material=material,
            quantity=quantity,
            at=this.at,
            before=await issued_before(row.id, unit.id),
            again=again,
            reason=reason,
        )
        reasons += limit_blockers(await limits_of(unit.id), validates=row.validates)
        reasons += failed_blockers(unit, await failed_sheets(unit.id))
        first = None
        if not reasons and material is not None:
            stock = (await candidates([material], this.at, change=row.change))[material]
            first = first_to_expire(stock, unit.code, unit.usable_until, local(unit.created_at).date())
            reasons += choice_blockers(unit, first, reason)
        refuse(_("{code} was not issued to {batch}", code=unit.code, batch=batch), reasons)
        taken = unit.on_hand if quantity is None else quantity
        line = await link(parent=unit.id, child=row.id, activity=Activity.ISSUE, quantity=taken, actor=actor)
        conditional = unit.state is UnitState.CONDITIONAL
        why = reason if first is not None else None
        await _write(row.id, unit, line, str(material), taken, first is None, conditional, why, actor)
        await this.record(
            subject=batch,
            after={"unit": unit.code, "material": material, "quantity": taken, "of": unit.unit},
            reason=why,
        )
        left = unit.on_hand - taken
        return Issued(batch, unit.code, unit.item, str(material), taken, unit.unit, left, conditional)


async def return_unused(
    *,
    batch: str,
    code: str,
    quantity: Decimal,
    actor: Actor,
    reason: str | None = None,
    location: str | None = None,
) -> Issued:
    """Back into stock with what is left on the machine, to the place that is named. Possible on a held batch too; the
    holds stay where they are, and the place is one for held goods then."""
    async with act(Tag.BATCH_RETURN, actor=actor, subject=batch) as this:
        found = await unit_by_code(code)
        if location is not None:
            await share_place(location)
        row, units = await lock_batch(batch, also=[found.id])
        unit = units[found.id]
        material = str(unit.identifiers.get("material"))
        issued = await sql.fetch_value(
            "SELECT coalesce(sum(quantity), 0) FROM batch_issue WHERE batch = $1 AND unit = $2", row.id, unit.id
        )
        reasons = actor.lacks(Role.OPERATOR, Role.PLANT_MANAGER)
        reasons += return_blockers(row.facts, unit.code, quantity, issued, unit.unit)
        refuse(_("{code} was not returned", code=unit.code), reasons)
        line = await link(parent=unit.id, child=row.id, activity=Activity.RETURN, quantity=quantity, actor=actor)
        conditional = unit.state is UnitState.CONDITIONAL
        await _write(row.id, unit, line, material, -quantity, True, conditional, reason, actor)
        if location is not None and location != unit.location:
            await put_away(unit.code, location=location, actor=actor, reason=reason)
        await this.record(
            subject=batch, after={"unit": unit.code, "returned": quantity, "of": unit.unit}, reason=reason
        )
        return Issued(batch, unit.code, unit.item, material, quantity, unit.unit, unit.on_hand + quantity, conditional)


async def _write(
    batch_id: int,
    unit: UnitRow,
    line: LinkRow,
    material: str,
    quantity: Decimal,
    first: bool,
    conditional: bool,
    reason: str | None,
    actor: Actor,
) -> None:
    await sql.execute(
        "INSERT INTO batch_issue (batch, unit, link, material, quantity, unit_of_measure, first_to_expire, conditional,"
        " reason, account, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, maskqms_now())",
        batch_id,
        unit.id,
        line.id,
        material,
        quantity,
        unit.unit,
        first,
        conditional,
        reason,
        actor.account_id,
    )
