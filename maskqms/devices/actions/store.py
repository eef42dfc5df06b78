"""Keep what a gateway brings: each piece once, as bytes, with what our own driver understands of it.

The gateway's word is only where and when it heard the bytes. A number that is known with other content is neither
overwritten nor dropped: the gateway is told, and brings the piece again under a new number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.devices.drivers.contract import Driver, Parsed, Said
from maskqms.devices.drivers.registry import drivers
from maskqms.devices.forms import Piece, SentReading
from maskqms.devices.queries.gateways import GatewayRow
from maskqms.devices.states import ReadingKind
from maskqms.i18n import Text, _

NOT_READ = {Piece.TRUNCATED: ReadingKind.TRUNCATED, Piece.GARBAGE: ReadingKind.GARBAGE}
READ = {Said.VALUE: ReadingKind.VALUE, Said.CODE: ReadingKind.CODE, Said.FAULT: ReadingKind.FAULT}

_INSERT = """
INSERT INTO reading (gateway, epoch, seq, instrument, port, driver, driver_version, kind, raw, value, value_text, unit,
                     unit_raw, stable, overload, channel, fault, received_at, heard_at, stored_at)
SELECT $1, r.epoch, r.seq, r.instrument, r.port, r.driver, r.driver_version, r.kind, r.raw, r.value, r.value_text,
       r.unit, r.unit_raw, r.stable, r.overload, r.channel, r.fault, r.received_at, r.heard_at, $2
FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[],
            $11::numeric[], $12::text[], $13::text[], $14::text[], $15::bool[], $16::bool[], $17::text[], $18::text[],
            $19::timestamptz[], $20::timestamptz[])
     AS r (epoch, seq, instrument, port, driver, driver_version, kind, raw, value, value_text, unit, unit_raw, stable,
           overload, channel, fault, received_at, heard_at)
ORDER BY r.epoch, r.seq
ON CONFLICT (gateway, epoch, seq) DO NOTHING
RETURNING epoch, seq
"""
_KNOWN = """
SELECT r.epoch, r.seq, r.raw, r.received_at, r.instrument FROM reading r
JOIN unnest($2::uuid[], $3::bigint[]) AS k (epoch, seq) ON k.epoch = r.epoch AND k.seq = r.seq
WHERE r.gateway = $1
"""
_CONTACT = """
INSERT INTO gateway_contact (gateway, at, clock_ahead) VALUES ($1, $2, $3)
ON CONFLICT (gateway) DO UPDATE SET at = excluded.at, clock_ahead = excluded.clock_ahead
"""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A piece that has no place here yet; the gateway keeps it."""

    seq: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to a batch. `accepted` is on our disk, now or since before."""

    accepted: list[int]
    conflicting: list[int]
    refused: list[NotTaken]


def understood(driver: Driver, sent: SentReading) -> tuple[ReadingKind, Parsed]:
    """What a piece says; nothing is read out of what was cut off or has no end."""
    nothing = Parsed(Said.FAULT)
    if sent.piece is not Piece.FRAME:
        return NOT_READ[sent.piece], nothing
    parsed = driver.parse(sent.raw)
    return (ReadingKind.UNREAD, nothing) if parsed is None else (READ[parsed.said], parsed)


async def store_readings(gateway: GatewayRow, readings: Sequence[SentReading], *, sent_at: datetime) -> Stored:
    """Store a batch, every piece at most once, in one transaction."""
    actor = Actor(account_id=None, username=f"gateway:{gateway.name}", name=gateway.name)
    async with act(Tag.READING_STORE, actor=actor, subject=gateway.name) as this:
        await sql.execute(_CONTACT, gateway.id, this.at, round((sent_at - this.at).total_seconds(), 3))
        places = await _places(gateway, readings)
        refused = [no for sent in readings if (no := _no_place(sent, places)) is not None]
        unplaced = {no.seq for no in refused}
        rows = [
            _row(sent, places[sent.instrument], drivers()[sent.driver], this.at)
            for sent in readings
            if sent.seq not in unplaced
        ]
        added = {(r["epoch"], r["seq"]) for r in await _insert(gateway, this.at, rows)}
        conflicting = await _conflicting(gateway, [row for row in rows if (row[0], row[1]) not in added])
        if added:
            fresh = sorted((row for row in rows if (row[0], row[1]) in added), key=lambda row: (str(row[0]), row[1]))
            digest = hashlib.sha256(b"".join(hashlib.sha256(row[7]).digest() for row in fresh)).hexdigest()
            after = {"readings": len(fresh), "first": fresh[0][1], "last": fresh[-1][1], "digest": digest}
            await this.record(subject=gateway.name, after=after)
        return Stored(
            accepted=sorted(row[1] for row in rows if row[1] not in conflicting),
            conflicting=sorted(conflicting),
            refused=refused,
        )


async def _places(gateway: GatewayRow, readings: Sequence[SentReading]) -> dict[str, int]:
    """The instruments of the batch that this gateway may speak for."""
    found = await sql.fetch(
        "SELECT code, id FROM instrument WHERE code = ANY($1::text[]) AND (gateway IS NULL OR gateway = $2)",
        sorted({sent.instrument for sent in readings}),
        gateway.id,
    )
    return {record["code"]: record["id"] for record in found}


def _no_place(sent: SentReading, places: dict[str, int]) -> NotTaken | None:
    text: Text
    if sent.instrument not in places:
        text = _("Instrument {code} is not registered for this gateway.", code=sent.instrument)
        return NotTaken(sent.seq, "instrument.unknown", str(text))
    if sent.driver not in drivers():
        text = _("The server has no driver {driver}.", driver=sent.driver)
        return NotTaken(sent.seq, "driver.unknown", str(text))
    return None


def _row(sent: SentReading, instrument: int, driver: Driver, at: datetime) -> tuple[Any, ...]:
    """The columns of one reading in the order of `_INSERT`."""
    kind, parsed = understood(driver, sent)
    return (
        sent.epoch,
        sent.seq,
        instrument,
        sent.port,
        driver.name,
        driver.version,
        str(kind),
        sent.raw,
        parsed.value,
        parsed.value_text,
        parsed.unit,
        parsed.unit_raw,
        parsed.stable,
        parsed.overload,
        parsed.channel,
        parsed.fault,
        sent.received_at,
        at - timedelta(seconds=sent.age),
    )


async def _insert(gateway: GatewayRow, at: datetime, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    if not rows:
        return []
    return await sql.fetch(_INSERT, gateway.id, at, *(list(column) for column in zip(*rows, strict=True)))


async def _conflicting(gateway: GatewayRow, rows: Sequence[tuple[Any, ...]]) -> set[int]:
    """Numbers that were here before with other bytes, another moment or another instrument."""
    if not rows:
        return set()
    known = await sql.fetch(_KNOWN, gateway.id, [row[0] for row in rows], [row[1] for row in rows])
    held = {(r["epoch"], r["seq"]): (r["raw"], r["received_at"], r["instrument"]) for r in known}
    return {row[1] for row in rows if held.get((row[0], row[1])) != (row[7], row[16], row[2])}
