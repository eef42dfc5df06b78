"""Wait for the next value of an instrument, and take it.

Nothing above is known here: a target is the caller's own text (an inspection, a test, a specimen). Who waits is one
person at a time; whether the instrument may be used is asked when the wait begins and again when the value is taken.
"""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.db.transaction import explain
from maskqms.devices.queries.instruments import instrument_by_code, lock_instrument
from maskqms.devices.queries.readings import LeaseRow, ReadingRow, lease_for, lease_on, take_next_stable
from maskqms.devices.rules import LEASE, LeaseFacts, lease_blockers, unit_blockers, use_blockers
from maskqms.errors import NotFound, Reason, Refused, refuse
from maskqms.i18n import _

USERS = (Role.INSPECTOR, Role.OPERATOR, Role.QUALITY, Role.WAREHOUSE)

explain("reading_use_reading_key", "reading.used", _("This value has become a result already."))


async def arm(instrument: str, target: str, *, actor: Actor, unit: str | None = None) -> LeaseRow:
    """Begin to wait for the next stable value of an instrument; one's own earlier wait is replaced.

    `unit`, when given, is what the value must be in (UCUM).
    """
    async with act(Tag.INSTRUMENT_ARM, actor=actor, subject=instrument) as this:
        found = await lock_instrument(instrument)
        holder = await lease_on(found.id)
        held = LeaseFacts(holder.target, holder.account, holder.name, holder.until) if holder else None
        refuse(
            _("Instrument {code} cannot be used now", code=instrument),
            [
                *actor.lacks(*USERS),
                *use_blockers(found.facts, await today()),
                *unit_blockers(found.facts, unit),
                *lease_blockers(found.facts, held, actor.account_id or 0, this.at),
            ],
        )
        await sql.execute(
            "DELETE FROM armed WHERE instrument = $1 OR (account = $2 AND target = $3)",
            found.id,
            actor.account_id,
            target,
        )
        await sql.execute(
            "INSERT INTO armed (instrument, target, account, name, armed_at, until) VALUES ($1, $2, $3, $4, $5, $6)",
            found.id,
            target,
            actor.account_id,
            actor.name,
            this.at,
            this.at + LEASE,
        )
        await this.record(subject=instrument, after={"target": target})
        lease = await lease_on(found.id)
        if lease is None:  # just written; for the type checker
            raise NotFound(instrument)
        return lease


async def disarm(target: str, *, actor: Actor) -> None:
    """Stop waiting; nothing happens when nobody was."""
    async with act(Tag.INSTRUMENT_DISARM, actor=actor, subject=target) as this:
        lease = await lease_for(target, actor.account_id)
        if lease is not None:
            await sql.execute("DELETE FROM armed WHERE id = $1", lease.id)
            await this.record(subject=lease.instrument, before={"target": target})


async def claim_reading(target: str, *, actor: Actor, reading: int | None = None) -> ReadingRow:
    """Take the value this person was waiting for and end the wait; inside the caller's act.

    `reading` is the id of the value the person saw; when another one is the first by now, the answer is no.
    """
    async with act(Tag.READING_CLAIM, actor=actor, subject=target) as this:
        lease = await lease_for(target, actor.account_id)
        if lease is None:
            raise Refused(_("There is no value to take"), [_no_wait()])
        await lock_instrument(lease.instrument)
        lease = await lease_for(target, actor.account_id)
        if lease is None:
            raise Refused(_("There is no value to take"), [_no_wait()])
        instrument = await instrument_by_code(lease.instrument)
        found = await take_next_stable(lease, instrument)
        reasons = [*actor.lacks(*USERS), *use_blockers(instrument.facts, await today())]
        if found is None:
            reasons.append(
                Reason(
                    "reading.none",
                    _("Instrument {code} has sent no stable value yet.", code=lease.instrument),
                    _("Wait until the instrument is steady; check that it is set to {unit}.", unit=instrument.unit),
                    instrument.facts.path,
                )
            )
        elif reading is not None and found.id != reading:
            reasons.append(
                Reason(
                    "reading.other",
                    _("The value shown is not the one that would be taken now."),
                    _("Look at the new value and accept that one."),
                )
            )
        refuse(_("The value cannot be taken"), reasons)
        if found is None:  # refused above; for the type checker
            raise NotFound(target)
        await sql.execute(
            "INSERT INTO reading_use (reading, target, account, name, at) VALUES ($1, $2, $3, $4, $5)",
            found.id,
            target,
            actor.account_id,
            actor.name,
            this.at,
        )
        await sql.execute("DELETE FROM armed WHERE id = $1", lease.id)
        await this.record(
            subject=target,
            after={"instrument": lease.instrument, "reading": found.id, "value": found.value, "unit": found.unit},
        )
        return found


def _no_wait() -> Reason:
    return Reason(
        "reading.no_wait",
        _("Nothing is waiting for a value here any more."),
        _("Choose the instrument again."),
    )
