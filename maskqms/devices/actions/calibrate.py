"""Calibrations and the checks between them: a passed one sets the next day, a failed one stops the instrument."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.devices.actions.register import KEEPERS
from maskqms.devices.queries.instruments import InstrumentRow, lock_instrument
from maskqms.devices.states import InstrumentState
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.kept_file import file_blockers, media_type


@dataclass(frozen=True, slots=True)
class Certificate:
    """The file of a certificate as it was handed in; what it is, its content says."""

    name: str
    content: bytes


async def record_calibration(
    code: str,
    *,
    done_on: date,
    passed: bool,
    due: date | None,
    certificate: str,
    actor: Actor,
    as_found: bool | None = None,
    laboratory: str | None = None,
    file: Certificate | None = None,
) -> int:
    """Keep a calibration. A passed one sets the next due date, a failed one takes the instrument out of service.

    One that failed, or found the instrument out of tolerance before it was adjusted, puts every result since the last
    good one in doubt: the laboratory's list of them reads it from here.
    """
    async with act(Tag.INSTRUMENT_CALIBRATE, actor=actor, subject=code) as this:
        instrument = await lock_instrument(code)
        reasons = actor.lacks(*KEEPERS) + (file_blockers(file.name, file.content) if file else [])
        if done_on > await today():
            reasons.append(Reason("calibration.future", _("The day of the calibration is in the future.")))
        if passed and (due is None or due <= done_on):
            reasons.append(
                Reason("calibration.due", _("A passed calibration needs the day until which it holds, after its own."))
            )
        refuse(_("The calibration cannot be recorded"), reasons)
        made: int = await sql.fetch_value(
            "INSERT INTO calibration (instrument, done_on, passed, due, certificate, actor, at, as_found, laboratory)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            instrument.id,
            done_on,
            passed,
            due if passed else None,
            certificate,
            actor.name,
            this.at,
            as_found,
            laboratory,
        )
        sha256 = None if file is None else await _keep(made, file)
        state = instrument.state if passed else InstrumentState.OUT_OF_SERVICE
        holds_until = due if passed else None
        await sql.execute(
            "UPDATE instrument SET calibration_due = $2, state = $3 WHERE id = $1",
            instrument.id,
            holds_until,
            str(state),
        )
        await this.record(
            subject=code,
            before={"due": instrument.calibration_due, "state": instrument.state},
            after={
                "due": holds_until,
                "state": state,
                "passed": passed,
                "as_found": as_found,
                "certificate": certificate,
                "sha256": sha256,
            },
        )
        return made


async def _keep(calibration: int, file: Certificate) -> str:
    sha256 = hashlib.sha256(file.content).hexdigest()
    await sql.execute(
        "INSERT INTO calibration_file (calibration, name, media_type, sha256, content) VALUES ($1, $2, $3, $4, $5)",
        calibration,
        file.name[:200],
        media_type(file.content),
        sha256,
        file.content,
    )
    return sha256


async def verify_instrument(code: str, *, reference: str, found: str, passed: bool, actor: Actor) -> None:
    """Keep today's check with a reference of known value; a failed one takes the instrument out of service."""
    async with act(Tag.INSTRUMENT_VERIFY, actor=actor, subject=code) as this:
        instrument = await lock_instrument(code)
        refuse(_("The check cannot be recorded"), actor.lacks(*KEEPERS))
        day = await today()
        await sql.execute(
            "INSERT INTO verification (instrument, done_on, reference, found, passed, actor, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            instrument.id,
            day,
            reference,
            found,
            passed,
            actor.name,
            this.at,
        )
        state = instrument.state if passed else InstrumentState.OUT_OF_SERVICE
        due = _next_check(instrument, day) if passed else None
        await sql.execute(
            "UPDATE instrument SET check_due = $2, state = $3 WHERE id = $1", instrument.id, due, str(state)
        )
        await this.record(
            subject=code,
            before={"check_due": instrument.check_due, "state": instrument.state},
            after={"check_due": due, "state": state, "passed": passed, "reference": reference, "found": found},
        )


def _next_check(instrument: InstrumentRow, day: date) -> date | None:
    """A check holds for the days of the register, its own day counted."""
    return None if instrument.check_days is None else day + timedelta(days=instrument.check_days - 1)
