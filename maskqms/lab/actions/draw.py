"""The list to draw from is sealed when a delivery is received; what is opened is what was drawn, or a deviation."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.lab.drawing import list_blockers, list_digest, opening_blockers
from maskqms.lab.queries.draw import OpeningRow, draw_of, list_of, openings_of
from maskqms.lab.queries.inspections import InspectionRow, inspection, locked_inspection
from maskqms.lab.rules import open_blockers
from maskqms.quality.actions import open_deviation
from maskqms.trace.queries.units import lock_units

OPENERS = (Role.INSPECTOR, Role.QUALITY)


async def seal_list(row: InspectionRow, units: Sequence[str], draw: int, *, actor: Actor) -> None:
    """Write down what a delivery is made of, inside the act that received it. Nobody knows the draw then."""
    async with act(Tag.SAMPLE_LIST, actor=actor, subject=row.code) as this:
        digest = list_digest(units)
        await sql.execute(
            "INSERT INTO sample_list (inspection, units, draw, digest, listed_at) VALUES ($1, $2, $3, $4, $5)",
            row.id,
            list(units),
            draw,
            digest,
            this.at,
        )
        await this.record(
            subject=row.code, after={"subject": row.subject_code, "units": len(units), "draw": draw, "digest": digest}
        )


async def list_cartons(code: str, *, cartons: int, draw: int, actor: Actor) -> None:
    """The cartons of a delivery that has no rolls: counted by a person, numbered in the order in which they stand."""
    async with act(Tag.SAMPLE_LIST, actor=actor, subject=code):
        row = await locked_inspection(code)
        listed = await list_of(row.id) is not None
        refuse(
            _("List not sealed"),
            actor.lacks(*OPENERS, Role.WAREHOUSE)
            + open_blockers(code, row.state)
            + list_blockers(cartons, draw, listed),
        )
        await seal_list(row, [f"C{number:04d}" for number in range(1, cartons + 1)], draw, actor=actor)


async def open_units(code: str, units: Sequence[str], *, actor: Actor, reason: str | None = None) -> OpeningRow:
    """Record which units were opened. Another choice than the draw is refused, or with a reason becomes a deviation."""
    async with act(Tag.SAMPLE_OPEN, actor=actor, subject=code) as this:
        await lock_units([(await inspection(code)).subject])
        row = await locked_inspection(code)
        found = await draw_of(code, row.id)
        chosen, listed = (None, []) if found is None else (found.chosen, found.sealed.units)
        why = (reason or "").strip() or None
        refuse(
            _("Opening not recorded"),
            actor.lacks(*OPENERS) + open_blockers(code, row.state) + opening_blockers(code, listed, chosen, units, why),
        )
        deviation = None
        if set(units) != set(chosen or ()):
            deviation = await _deviate(row, chosen or [], units, why or "", actor)
        await sql.execute(
            "INSERT INTO sample_opening (inspection, units, reason, deviation, opened_by, opener_name, opened_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            row.id,
            list(units),
            why if deviation else None,
            deviation,
            actor.account_id,
            actor.name,
            this.at,
        )
        await this.record(subject=code, after={"units": list(units), "deviation": deviation}, reason=why)
        return (await openings_of(row.id))[-1]


async def _deviate(row: InspectionRow, chosen: Sequence[str], units: Sequence[str], why: str, actor: Actor) -> str:
    text = _("Drawn: {drawn}. Opened: {opened}. {reason}", drawn=", ".join(chosen), opened=", ".join(units), reason=why)
    found = await open_deviation(
        unit=row.subject_code,
        title=str(_("Other units opened than drawn in {code}", code=row.code)),
        description=str(text),
        source=None,
        actor=actor,
    )
    return found.code
