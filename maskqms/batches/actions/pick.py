"""Fetch a roll or lot for a batch: the first to expire, to a place at the line, before it is issued there (R52)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.stock import bill_for, candidates
from maskqms.batches.rules.issue import choice_blockers, first_to_expire, pick_blockers
from maskqms.db.clock import local
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.materials.actions.locations import put_away, share_place
from maskqms.materials.queries.changes import limits_of
from maskqms.materials.queries.failed import failed_sheets
from maskqms.materials.queries.locations import find_location
from maskqms.materials.rules.changes import limit_blockers
from maskqms.materials.rules.decision import failed_blockers
from maskqms.trace.queries.units import unit_by_code


@dataclass(frozen=True, slots=True)
class Picked:
    """What the handheld says: what was fetched and where it was put."""

    code: str
    item: str
    quantity: Decimal
    unit: str
    location: str


async def pick_unit(
    *, batch: str, code: str, location: str | None, actor: Actor, reason: str | None = None
) -> Picked:
    """Take a roll or lot to the line. Another one than the list proposes needs a reason, which is kept."""
    async with act(Tag.BATCH_PICK, actor=actor, subject=batch) as this:
        found = await unit_by_code(code)
        if location is not None:
            await share_place(location)
        row, units = await lock_batch(batch, also=[found.id])
        unit = units[found.id]
        material = unit.identifiers.get("material")
        place = await find_location(location) if location else None
        reasons = actor.lacks(Role.WAREHOUSE, Role.OPERATOR, Role.PLANT_MANAGER) + pick_blockers(
            row.facts,
            await bill_for(row),
            unit,
            kind=unit.kind,
            material=material,
            at=this.at,
            place=None if place is None else place.facts,
        )
        reasons += limit_blockers(await limits_of(unit.id), validates=row.validates)
        reasons += failed_blockers(unit, await failed_sheets(unit.id))
        first = None
        if not reasons and material is not None:
            stock = (await candidates([material], this.at, change=row.change))[material]
            first = first_to_expire(stock, unit.code, unit.usable_until, local(unit.created_at).date())
            reasons += choice_blockers(unit, first, reason)
        refuse(_("{code} was not fetched for {batch}", code=unit.code, batch=batch), reasons)
        assert place is not None
        why = (reason or "").strip() or None if first is not None else None
        if unit.location != place.code:
            await put_away(unit.code, location=place.code, actor=actor, reason=why)
        await this.record(
            subject=batch,
            before={"location": unit.location},
            after={"unit": unit.code, "material": material, "location": place.code},
            reason=why,
        )
        return Picked(unit.code, unit.item, unit.on_hand, unit.unit, place.code)
