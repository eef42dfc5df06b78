"""Pack good pieces into boxes and boxes into cartons, each with its own code; a carton is unpacked by reversing links.

Nothing of two batches meets in a carton (R69), and every level holds what the product says (R82).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.actor import Actor, Role
from maskqms.audit.acts import Act, act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.batches import BatchRow, label_facts
from maskqms.batches.queries.packing import boxes_in, carton_by_code, loose_boxes
from maskqms.batches.rules.output import goods_state, loose_box_blockers, pack_blockers
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.labels.gs1.keys import sscc
from maskqms.settings import settings
from maskqms.trace.actions.link import reverse_link
from maskqms.trace.actions.many import Pair, link_many, make_units
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.units import set_state
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.rules import is_expired
from maskqms.trace.states import Activity, MovementKind, UnitKind, UnitState

SSCC_EXTENSION = 0
ROLES = (Role.OPERATOR, Role.WAREHOUSE, Role.PLANT_MANAGER)


@dataclass(frozen=True, slots=True)
class Packed:
    """What was made: codes of boxes, the carton if there is one, and the good pieces still loose."""

    batch: str
    boxes: tuple[str, ...]
    carton: str | None
    sscc: str | None
    pieces: Decimal
    loose: Decimal


async def pack_boxes(*, batch: str, boxes: int, actor: Actor) -> Packed:
    """Fill boxes; they stay loose until a carton takes them."""
    async with act(Tag.BATCH_PACK, actor=actor, subject=batch) as this:
        row, unit = await _ready(batch, boxes, actor, this, most=boxes)
        made = await _make_boxes(row, boxes, actor)
        pieces = Decimal(boxes * row.packing[0])
        await this.record(subject=batch, after={"boxes": [box.code for box in made], "pieces": pieces})
        return Packed(batch, tuple(box.code for box in made), None, None, pieces, unit.on_hand - pieces)


async def pack_carton(*, batch: str, boxes: int | None = None, actor: Actor) -> Packed:
    """Fill boxes and put them in a new carton in one act: a full one unless `boxes` says fewer."""
    async with act(Tag.BATCH_PACK, actor=actor, subject=batch) as this:
        row = (await lock_batch(batch))[0]
        wanted = row.packing[1] if boxes is None else boxes
        row, unit = await _ready(batch, wanted, actor, this, most=row.packing[1])
        made = await _make_boxes(row, wanted, actor)
        carton = await _make_carton(row, made, actor, this)
        pieces = unit.on_hand - Decimal(wanted * row.packing[0])
        return Packed(batch, tuple(box.code for box in made), carton.code, _sscc(carton), carton.quantity, pieces)


async def carton_boxes(*, batch: str, boxes: Sequence[str], actor: Actor) -> Packed:
    """Put loose boxes of the batch, named by their codes, in a new carton."""
    async with act(Tag.BATCH_PACK, actor=actor, subject=batch) as this:
        row = (await lock_batch(batch))[0]
        units = await lock_units([box.id for box in await loose_boxes(row.id)])
        # A box that was sampled or scrapped meanwhile is not whole, and goes into no carton.
        loose = {unit.code: unit for unit in units.values() if unit.on_hand == unit.quantity}
        reasons = actor.lacks(*ROLES) + loose_box_blockers(row.facts, boxes, loose, row.packing[1], this.at)
        refuse(_("Carton not packed"), reasons)
        chosen = sorted((loose[code] for code in set(boxes)), key=lambda box: box.id)
        carton = await _make_carton(row, chosen, actor, this)
        return Packed(batch, tuple(boxes), carton.code, _sscc(carton), carton.quantity, row.on_hand)


async def unpack_carton(*, carton: str, reason: str, actor: Actor) -> Packed:
    """Take the boxes out again; they are loose, the carton's number and SSCC are never used again."""
    async with act(Tag.BATCH_UNPACK, actor=actor, subject=carton) as this:
        found = await carton_by_code(carton)
        inside = await boxes_in(found.id)
        units = await lock_units([found.batch, found.id, *(box.id for box in inside)])
        found = await carton_by_code(carton)
        reasons = actor.lacks(*ROLES, Role.QUALITY)
        if found.unpacked_at is not None:
            reasons.append(Reason("carton.unpacked", _("{carton} is unpacked already.", carton=carton)))
        elif units[found.id].on_hand < found.pieces:
            text = _("{carton} is not here any more, at least not whole.", carton=carton)
            reasons.append(Reason("carton.gone", text, _("Only a whole carton in stock can be unpacked.")))
        reasons += reason_blockers(reason)
        refuse(_("{carton} was not unpacked", carton=carton), reasons)
        links = await sql.fetch(
            "SELECT id FROM trace_link l WHERE child = $1 AND activity = 'pack' AND reverses IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM trace_link r WHERE r.reverses = l.id) ORDER BY id",
            found.id,
        )
        for record in links:
            await reverse_link(record["id"], actor=actor, reason=reason)
        # The carton holds nothing any more: its record says so, or its whole content would be missing from its balance.
        await record_movement(
            found.id, kind=MovementKind.CORRECT, quantity=-found.pieces, actor=actor, reason=reason.strip()
        )
        await set_state(found.id, UnitState.SCRAPPED, actor=actor, reason=reason)
        await sql.execute("UPDATE box SET carton = NULL WHERE carton = $1", found.id)
        await sql.execute(
            "UPDATE carton SET unpacked_at = $2, unpacked_by = $3, unpacked_reason = $4 WHERE id = $1",
            found.id,
            this.at,
            actor.account_id,
            reason,
        )
        await this.record(subject=carton, before={"boxes": [box.code for box in inside]}, reason=reason)
        batch = units[found.batch]
        return Packed(batch.code, tuple(box.code for box in inside), carton, found.sscc, found.pieces, batch.on_hand)


async def _ready(batch: str, boxes: int, actor: Actor, this: Act, *, most: int) -> tuple[BatchRow, UnitRow]:
    row, units = await lock_batch(batch)
    unit = units[row.id]
    reasons = actor.lacks(*ROLES) + pack_blockers(
        row.facts,
        boxes=boxes,
        per_box=row.packing[0],
        most=most,
        loose=unit.on_hand,
        expired=is_expired(unit, this.at),
    )
    refuse(_("Not packed"), reasons)
    return row, unit


async def _make_boxes(row: BatchRow, count: int, actor: Actor) -> list[UnitRow]:
    """New boxes filled from the batch; their numbers go on where the last one ended."""
    assert row.snapshot is not None
    first = await sql.fetch_value("SELECT coalesce(max(number), 0) + 1 FROM box WHERE batch = $1", row.id)
    per_box = row.packing[0]
    facts = {**label_facts(row.snapshot), "batch": row.code, "pieces": per_box}
    gtin = row.snapshot["product"]["gtin"]
    codes = [f"{row.code}-B{number:04d}" for number in range(first, first + count)]
    made = await _goods(row, UnitKind.BOX, Decimal(per_box), {code: {**facts, **_keys(gtin, code)} for code in codes})
    pairs = [Pair(row.id, box.id, box.quantity) for box in made]
    await link_many(pairs, activity=Activity.PACK, actor=actor)
    await sql.execute(
        "INSERT INTO box (id, batch, number, pieces, account, packed_at)"
        " SELECT id, $2, $3 + place - 1, $4, $5, maskqms_now()"
        " FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, place)",
        [box.id for box in made],
        row.id,
        first,
        Decimal(per_box),
        actor.account_id,
    )
    return made


async def _make_carton(row: BatchRow, inside: Sequence[UnitRow], actor: Actor, this: Act) -> UnitRow:
    assert row.snapshot is not None
    pieces = sum((box.quantity for box in inside), Decimal(0))
    number = await sql.fetch_value("SELECT coalesce(max(number), 0) + 1 FROM carton WHERE batch = $1", row.id)
    code = f"{row.code}-C{number:04d}"
    gtin = row.snapshot["product"]["carton_gtin"]
    serial = await _next_sscc()
    facts = {
        **label_facts(row.snapshot),
        "batch": row.code,
        "boxes": len(inside),
        "pieces": int(pieces),
        **_keys(gtin, code),
        **({"sscc": serial} if serial else {}),
    }
    [carton] = await _goods(row, UnitKind.CARTON, pieces, {code: facts})
    pairs = [Pair(box.id, carton.id, box.quantity) for box in inside]
    await link_many(pairs, activity=Activity.PACK, actor=actor)
    await sql.execute(
        "INSERT INTO carton (id, batch, number, boxes, pieces, gtin, sscc, account, packed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, maskqms_now())",
        carton.id,
        row.id,
        number,
        len(inside),
        pieces,
        gtin,
        serial,
        actor.account_id,
    )
    await sql.execute("UPDATE box SET carton = $2 WHERE id = ANY($1::bigint[])", [box.id for box in inside], carton.id)
    await this.record(
        subject=row.code,
        after={"carton": code, "sscc": serial, "boxes": [box.code for box in inside], "pieces": pieces},
    )
    return carton


async def _goods(
    row: BatchRow, kind: UnitKind, pieces: Decimal, items: Mapping[str, Mapping[str, Any]]
) -> list[UnitRow]:
    assert row.expires_on is not None
    assert row.snapshot is not None
    return await make_units(
        kind=kind,
        items=items,
        item=row.snapshot["product"]["name_zh"],
        quantity=pieces,
        unit="piece",
        state=goods_state(row.facts),
        made_on=row.made_on,
        usable_until=end_of_day(row.expires_on),
    )


def _keys(gtin: str | None, code: str) -> dict[str, str]:
    """GTIN as (01) carries it, and a serial number that no other piece of this GTIN has: its code."""
    return (
        {"gtin": gtin.zfill(14), "serial": code.removeprefix("MB-")} if gtin else {"serial": code.removeprefix("MB-")}
    )


async def _next_sscc() -> str | None:
    """The next SSCC; none while the factory has no company prefix. A number lost to a refused act is not used again."""
    prefix = settings().gs1_company_prefix
    if not prefix:
        return None
    return sscc(SSCC_EXTENSION, prefix, await sql.fetch_value("SELECT nextval('sscc_serial')"))


def _sscc(carton: UnitRow) -> str | None:
    return carton.identifiers.get("sscc")
