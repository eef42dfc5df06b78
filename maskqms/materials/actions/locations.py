"""Places are kept in a register, and units are put into them where their status lets them stand (R54)."""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.materials.queries.conditions import breach_now
from maskqms.materials.queries.locations import (
    LocationRow,
    find_location,
    location_by_code,
    returned_units,
    rolls_in_stock,
)
from maskqms.materials.rules.locations import (
    KEEPERS,
    MOVERS,
    PlaceFacts,
    close_blockers,
    nothing_to_move,
    place_blockers,
    same_place,
)
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.actions.many import move_all
from maskqms.trace.queries.units import lock_units, unit_by_code


@dataclass(frozen=True, slots=True)
class Placed:
    """What the handheld says: what was put where, and where it came from."""

    code: str
    item: str
    location: str
    kind: LocationKind
    before: str | None
    units: int


async def enter_location(
    *, code: str, name_zh: str, kind: LocationKind, actor: Actor, name_en: str | None = None
) -> LocationRow:
    """A new place in the register."""
    async with act(Tag.LOCATION_ENTER, actor=actor, subject=code) as this:
        reasons = actor.lacks(*KEEPERS)
        if await find_location(code) is not None:
            text = _("There is a place {code} already.", code=code)
            reasons.append(Reason("location.twice", text, _("Give the new one another code.")))
        if await sql.fetch_value("SELECT EXISTS (SELECT 1 FROM trace_unit WHERE code = $1)", code):
            text = _("{code} is the code of a unit.", code=code)
            reasons.append(Reason("location.unit_code", text, _("Give the place another code.")))
        refuse(_("Place not entered"), reasons)
        await sql.execute(
            "INSERT INTO location (code, name_zh, name_en, kind, active, created_at) VALUES ($1, $2, $3, $4, true, $5)",
            code,
            name_zh.strip(),
            (name_en or "").strip() or None,
            kind,
            this.at,
        )
        await this.record(subject=code, after={"name_zh": name_zh, "kind": kind})
        return await location_by_code(code)


async def set_location_active(code: str, *, active: bool, actor: Actor) -> LocationRow:
    """Close an empty place, or open it again."""
    async with act(Tag.LOCATION_STATE, actor=actor, subject=code) as this:
        await _lock(code)
        row = await location_by_code(code)
        refuse(_("Place not changed"), actor.lacks(*KEEPERS) + ([] if active else close_blockers(row.facts, row.units)))
        if row.active is active:
            raise Stale(_("Place not changed"))
        await sql.execute("UPDATE location SET active = $2 WHERE id = $1", row.id, active)
        await this.record(subject=row.code, before={"active": row.active}, after={"active": active})
        return await location_by_code(code)


async def _lock(code: str) -> None:
    """The place is shared by those who put things there and owned by who closes it."""
    await sql.execute("SELECT 1 FROM location WHERE code = $1 FOR UPDATE", code)


async def share_place(code: str) -> None:
    """Hold the place as it is until the act ends. A place is locked before any unit: whoever reads its air owns it and
    then locks what stands there, so who brings a unit asks for the place first."""
    await sql.execute("SELECT 1 FROM location WHERE code = $1 FOR SHARE", code)


async def put_away(unit: str, *, location: str, actor: Actor, reason: str | None = None) -> Placed:
    """Put a unit into a place. A lot that lies in rolls goes with all of them, or none of them goes.

    One of the few acts that a held unit allows: to the place for held goods.
    """
    async with act(Tag.UNIT_PLACE, actor=actor, subject=unit) as this:
        await share_place(location)
        place = await location_by_code(location)
        found = await unit_by_code(unit)
        wanted = [found.id] if found.on_hand > 0 else await rolls_in_stock(found.id)
        rows = await lock_units([found.id, *wanted])
        facts = PlaceFacts(place.code, place.kind, place.active, await breach_now(place.id))
        returned = await returned_units(wanted)
        moving = [rows[one] for one in wanted if rows[one].on_hand > 0]
        reasons = actor.lacks(*MOVERS)
        if not moving:
            reasons.append(nothing_to_move(found.code))
        for row in moving:
            reasons += place_blockers(row, facts, this.at, returned=row.id in returned)
        if moving and not reasons and all(row.location == place.code for row in moving):
            reasons.append(same_place(found.code, place.code))
        refuse(
            _("{code} was not put into {place}", code=found.code, place=place.code),
            list({(one.code, str(one.text)): one for one in reasons}.values()),
        )
        changed = [row for row in moving if row.location != place.code]
        why = (reason or "").strip() or None
        await move_all([row.id for row in changed], place.code)
        await sql.execute(
            "INSERT INTO location_move (unit, before, location, at, actor, reason)"
            " SELECT id, before, $3, $4, $5, $6 FROM unnest($1::bigint[], $2::text[]) AS t (id, before)",
            [row.id for row in changed],
            [row.location for row in changed],
            place.id,
            this.at,
            actor.username,
            why,
        )
        before = changed[0].location
        for row in changed:
            await this.record(
                subject=row.code, before={"location": row.location}, after={"location": place.code}, reason=why
            )
        return Placed(found.code, found.item, place.code, place.kind, before, len(changed))
