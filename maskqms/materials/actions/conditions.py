"""Storage limits are set with their source; a reading outside them holds what was stored there, at once (R55, S31).

The person who writes the reading down does not decide about the hold: the product places it itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.materials.queries.conditions import (
    StoredThen,
    known_moments,
    limits_by_material,
    limits_of_place,
    stored_at,
)
from maskqms.materials.queries.locations import LocationRow, location_by_code
from maskqms.materials.queries.materials import locked_material
from maskqms.materials.rules.conditions import Limits, Reading, breach, limits_blockers, reading_blockers
from maskqms.materials.stock_states import ReadingSource
from maskqms.quality.actions import open_deviation
from maskqms.trace.actions.holds import place_hold_on_units
from maskqms.web.filters import moment

READERS = (Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY, Role.OPERATOR)
MOST = 20_000
"""Readings of one file: a logger that writes every two minutes fills four weeks."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many readings were written down, and the excursion they showed."""

    readings: int
    excursion: str | None
    units: int


async def set_storage_limits(
    limits: Limits, *, basis: str, actor: Actor, location: str | None = None, material: str | None = None
) -> None:
    """The limits of a place or for a material from now on; all sides empty means none. `basis` says from where."""
    about = location or material or ""
    async with act(Tag.STORAGE_LIMIT, actor=actor, subject=about) as this:
        place = await location_by_code(location) if location else None
        row = await locked_material(material) if material and place is None else None
        reasons = actor.lacks(Role.QUALITY) + limits_blockers(limits)
        refuse(_("Limits not set"), reasons + reason_blockers(basis, _("Name the specification or standard.")))
        await sql.execute(
            "INSERT INTO storage_limit (location, material, temperature_from, temperature_to, humidity_from,"
            " humidity_to, basis, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            place.id if place else None,
            row.id if row else None,
            limits.temperature_from,
            limits.temperature_to,
            limits.humidity_from,
            limits.humidity_to,
            basis.strip(),
            actor.account_id,
            this.at,
        )
        await this.record(subject=about, after={"limits": limits.words or None}, reason=basis.strip())


async def record_readings(
    location: str,
    readings: Sequence[Reading],
    *,
    actor: Actor,
    source: ReadingSource = ReadingSource.HAND,
    digest: str | None = None,
) -> Recorded:
    """Write readings of a place down. Whatever stood there at a moment outside the limits is held before the act ends,
    wherever it is by now, with everything made of it."""
    async with act(Tag.STORAGE_READ, actor=actor, subject=location) as this:
        await sql.execute("SELECT 1 FROM location WHERE code = $1 FOR UPDATE", location)
        place = await location_by_code(location)
        ordered = sorted(readings, key=lambda one: one.at)
        reasons = actor.lacks(*READERS) + reading_blockers(readings, this.at)
        if len(readings) > MOST:
            text = _("{n} readings are too many for one file; {most} fit.", n=len(readings), most=MOST)
            reasons.append(Reason("reading.many", text, _("Divide the file.")))
        for known in sorted(await known_moments(place.id, [one.at for one in readings])):
            text = _("{place} has a reading of {moment} already.", place=place.code, moment=moment(known))
            reasons.append(Reason("reading.known", text, _("Leave this one out; a reading is never overwritten.")))
        refuse(_("Readings not recorded"), reasons)
        await sql.execute(
            "INSERT INTO storage_reading (location, at, temperature, humidity, source, digest, read_by, recorded_at)"
            " SELECT $1, t.at, t.temperature, t.humidity, $5, $6, $7, $8"
            " FROM unnest($2::timestamptz[], $3::numeric[], $4::numeric[]) AS t (at, temperature, humidity)",
            place.id,
            [one.at for one in ordered],
            [one.temperature for one in ordered],
            [one.humidity for one in ordered],
            source,
            digest,
            actor.account_id,
            this.at,
        )
        await this.record(
            subject=place.code,
            after={"readings": len(ordered), "source": source, "first": ordered[0].at, "last": ordered[-1].at},
        )
        found = await _excursion(place, ordered, actor)
        return Recorded(len(ordered), *(found or (None, 0)))


async def _excursion(place: LocationRow, readings: Sequence[Reading], actor: Actor) -> tuple[str, int] | None:
    """What the readings show: by the limits of the place for all that stood there, by those of a material for its own.

    An excursion that goes on and reaches nothing new is not told twice.
    """
    own = next((row.limits for row in await limits_of_place(place.id)), None)
    by_material = await limits_by_material()
    outside = [
        one
        for one in readings
        if any(breach(limits, one.temperature, one.humidity) for limits in (own, *by_material.values()))
    ]
    if not outside:
        return None
    at = {one.at: one for one in outside}
    hit: dict[int, StoredThen] = {}
    breached = {one.at: words for one in outside if (words := breach(own, one.temperature, one.humidity))}
    for unit in await stored_at(place.id, place.code, list(at)):
        one = at[unit.at]
        theirs = breach(by_material.get(unit.material or ""), one.temperature, one.humidity)
        if unit.at in breached or theirs:
            hit.setdefault(unit.id, unit)
        if theirs and unit.at not in breached:
            breached[unit.at] = theirs
    if not breached:
        return None
    held = await _held_by_excursions(list(hit))
    new = [unit for unit in hit.values() if unit.id not in held]
    if not new and (held or await _goes_on(place.id, min(breached))):
        return None
    code = await next_number("EX")
    said = [
        {"at": moment(when), "temperature": at[when].temperature, "humidity": at[when].humidity,
         "words": str(breached[when])}
        for when in sorted(breached)
    ]  # fmt: skip
    what = str(_("Storage in {place} outside its limits: {breach}", place=place.code, breach=breached[min(breached)]))
    async with act(Tag.STORAGE_EXCURSION, actor=actor, subject=code) as this:
        hold, deviations = None, []
        if new:
            placed = await place_hold_on_units([one.id for one in new], subject=code, reason=what, actor=SYSTEM)
            hold = placed.hold.id
            for head in sorted({one.head for one in new}):
                found = await open_deviation(unit=head, title=what[:200], description=_listed(what, head, new),
                                             source=code, actor=actor)  # fmt: skip
                deviations.append(found.code)
        await sql.execute(
            "INSERT INTO storage_excursion (code, location, first_at, last_at, breaches, units, hold, deviations,"
            " recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            code,
            place.id,
            min(breached),
            max(breached),
            json.dumps(said, ensure_ascii=False, default=str),
            json.dumps(sorted(one.code for one in new), ensure_ascii=False),
            hold,
            json.dumps(deviations),
            this.at,
        )
        await this.record(
            subject=code, after={"location": place.code, "units": len(new), "deviations": len(deviations)}, reason=what
        )
    return code, len(new)


def _listed(what: str, head: str, units: Sequence[StoredThen]) -> str:
    codes = ", ".join(sorted(one.code for one in units if one.head == head))
    return str(_("{what}. Stored there: {units}", what=what, units=codes))


async def _held_by_excursions(units: Sequence[int]) -> set[int]:
    """Units that an excursion holds already: the hold that stands says enough."""
    rows = await sql.fetch(
        "SELECT DISTINCT hu.unit FROM hold_unit hu JOIN hold h ON h.id = hu.hold AND h.state = 'active'"
        " JOIN storage_excursion e ON e.hold = h.id WHERE hu.unit = ANY($1::bigint[])",
        list(units),
    )
    return {row["unit"] for row in rows}


async def _goes_on(location: int, first: object) -> bool:
    """Whether the reading before was the end of an excursion that is on record."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT EXISTS (SELECT 1 FROM storage_excursion e WHERE e.location = $1 AND e.last_at ="
        " (SELECT max(at) FROM storage_reading r WHERE r.location = $1 AND r.at < $2))",
        location,
        first,
    )
