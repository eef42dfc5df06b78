"""What instruments said, and the value that somebody waits for.

`offer` writes nothing, so a page may ask every second; `offers` gives the same as a stream, for server-sent events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.db.clock import now, today
from maskqms.devices.queries.instruments import InstrumentRow, instrument_by_code
from maskqms.devices.rules import Heard, next_stable, use_blockers
from maskqms.devices.states import OfferState, ReadingKind
from maskqms.errors import Reason

LOOK_BACK = timedelta(minutes=5)
"""How far before the wait a used value still matters: a pan may stay full that long."""
MOST = 5000


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A piece of an instrument's talk as stored."""

    id: int
    instrument: str
    gateway: str
    seq: int
    kind: ReadingKind
    frame: bytes
    value: Decimal | None
    value_text: str | None
    unit: str | None
    unit_raw: str | None
    stable: bool | None
    overload: bool
    channel: str | None
    fault: str | None
    driver: str
    received_at: datetime
    heard_at: datetime
    stored_at: datetime

    @property
    def shown(self) -> str:
        """The raw bytes for a person: what cannot be printed as escapes, blanks so that they can be counted."""
        return self.frame.decode("latin-1").encode("unicode_escape").decode("ascii").replace(" ", "\u2423")


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """Somebody waits for the next value of an instrument."""

    id: int
    instrument_id: int
    instrument: str
    target: str
    account: int
    name: str
    armed_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """How a wait stands: the value once there is one, and what the instrument shows meanwhile."""

    target: str
    instrument: str
    unit: str | None
    state: OfferState
    until: datetime
    reading: ReadingRow | None
    live: ReadingRow | None
    reasons: tuple[Reason, ...] = ()


_READING = """
SELECT r.id, i.code AS instrument, g.name AS gateway, r.seq, r.kind, r.raw AS frame, r.value, r.value_text, r.unit,
       r.unit_raw, r.stable, r.overload, r.channel, r.fault, r.driver, r.received_at, r.heard_at, r.stored_at
FROM reading r JOIN instrument i ON i.id = r.instrument JOIN gateway g ON g.id = r.gateway
"""
_LEASE = """
SELECT a.id, a.instrument AS instrument_id, i.code AS instrument, a.target, a.account, a.name, a.armed_at, a.until
FROM armed a JOIN instrument i ON i.id = a.instrument
"""


async def last_readings(instrument: int, limit: int = 50) -> list[ReadingRow]:
    """The newest first."""
    return await sql.fetch_as(
        ReadingRow,
        _READING + " WHERE r.instrument = $1 ORDER BY r.id DESC LIMIT $2",
        instrument,
        limit,
    )


async def reading_by_id(reading: int) -> ReadingRow | None:
    return await sql.one_as(ReadingRow, _READING + " WHERE r.id = $1", reading)


async def lease_on(instrument: int) -> LeaseRow | None:
    """Who waits for this instrument."""
    return await sql.one_as(LeaseRow, _LEASE + " WHERE a.instrument = $1", instrument)


async def lease_for(target: str, account: int | None) -> LeaseRow | None:
    """This person's wait for this target."""
    return await sql.one_as(LeaseRow, _LEASE + " WHERE a.target = $1 AND a.account = $2", target, account)


async def take_next_stable(armed: LeaseRow, instrument: InstrumentRow) -> ReadingRow | None:
    """The first stable value heard after arming, in unit and range, not taken before; None while there is none."""
    used = await sql.fetch(
        "SELECT u.reading, r.heard_at FROM reading_use u JOIN reading r ON r.id = u.reading"
        " WHERE r.instrument = $1 AND r.heard_at >= $2",
        armed.instrument_id,
        armed.armed_at - LOOK_BACK,
    )
    begin = min([armed.armed_at, *(record["heard_at"] for record in used)])
    heard = await sql.fetch_as(
        Heard,
        "SELECT id, heard_at, received_at, value, unit, stable, overload FROM reading"
        " WHERE instrument = $1 AND heard_at BETWEEN $2 AND $3 ORDER BY received_at, id LIMIT $4",
        armed.instrument_id,
        begin,
        armed.until,
        MOST,
    )
    found = next_stable(
        heard,
        instrument.facts,
        since=armed.armed_at,
        until=armed.until,
        used={record["reading"] for record in used},
    )
    return None if found is None else await reading_by_id(found.id)


async def offer(target: str, *, actor: Actor) -> Offer | None:
    """How this person's wait for this target stands; None when there is no such wait (any more)."""
    armed = await lease_for(target, actor.account_id)
    if armed is None:
        return None
    instrument = await instrument_by_code(armed.instrument)
    reading = await take_next_stable(armed, instrument)
    live = await sql.one_as(
        ReadingRow,
        _READING + " WHERE r.instrument = $1 AND r.heard_at >= $2 ORDER BY r.id DESC LIMIT 1",
        armed.instrument_id,
        armed.armed_at,
    )
    state = OfferState.WAITING
    if reading is not None:
        state = OfferState.READY
    elif armed.until <= await now():
        state = OfferState.EXPIRED
    reasons = tuple(use_blockers(instrument.facts, await today()))
    return Offer(target, armed.instrument, instrument.unit, state, armed.until, reading, live, reasons)


async def offers(target: str, *, actor: Actor, every: float = 0.5) -> AsyncIterator[Offer]:
    """The wait as it changes, until a value is there, the time is over or the wait is gone."""
    last: Offer | None = None
    while (found := await offer(target, actor=actor)) is not None:
        if found != last:
            yield found
        if found.state is not OfferState.WAITING:
            return
        last = found
        await asyncio.sleep(every)
