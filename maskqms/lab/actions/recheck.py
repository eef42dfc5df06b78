"""Results whose instrument failed afterwards are looked at again, sheet by sheet, and signed (R125)."""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.lab.actions.conclude import invalidate, judge_again
from maskqms.lab.queries.rechecks import DoubtRow, doubts_of, failure, recheck_content
from maskqms.lab.queries.sheets import locked_sheet
from maskqms.lab.rules import person_blockers
from maskqms.lab.states import Cause, Recheck
from maskqms.quality.actions import open_deviation
from maskqms.trace.actions.holds import place_hold


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What came of it: the deviation and the hold when the results are not valid."""

    results: int
    deviation: str | None
    hold: str | None


async def recheck_results(
    kind: str, number: int, *, inspection: str, verdict: Recheck, reason: str, digest: str, signer: Signer
) -> Rechecked:
    """Sign the results of one sheet as still valid, or as not: then the unit is held with all that was made of it, a
    deviation is open, and on a sheet that is not decided the values do not count any more."""
    async with act(Tag.RESULT_RECHECK, actor=signer.actor, subject=inspection) as this:
        found = await failure(kind, number)
        unit = next((one.unit_code for one in await _waiting(kind, number, inspection)), None)
        held = None
        if verdict is Recheck.INVALID and unit is not None:
            why = str(_("{instrument} failed its calibration or check of {day}; results of {inspection} are not valid.",
                        instrument=found.instrument, day=found.done_on, inspection=inspection))  # fmt: skip
            held = (await place_hold(unit=unit, reason=why, actor=signer.actor)).hold.code
        sheet = await locked_sheet(inspection)
        doubts = await _waiting(kind, number, inspection)
        reasons = signer.actor.lacks(Role.QUALITY)
        reasons += person_blockers(signer.account.id, analysts=sheet.analysts)
        reasons += reason_blockers(reason, _("Say on what grounds: control charts, retained samples, other results."))
        if not doubts:
            text = _("No result of {code} waits for this re-evaluation.", code=inspection)
            reasons.append(Reason("recheck.nothing", text))
        refuse(_("Not re-evaluated"), reasons)
        content = recheck_content(found, inspection, doubts)
        if digest != content_digest(content):
            raise Stale(_("Not re-evaluated"))
        said = {"verdict": str(verdict), "reason": reason.strip()}
        signature = await sign(signer, Meaning.REVIEWED, subject=inspection, content={**content, **said})
        deviation = None
        if verdict is Recheck.INVALID:
            deviation = await _deviate(doubts, found.instrument, reason, signer)
        await sql.execute(
            "INSERT INTO result_recheck (result, calibration, verification, verdict, reason, deviation, account, name,"
            " signature, at) SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM unnest($1::bigint[]) AS t (id)",
            [one.result for one in doubts],
            number if kind == "calibration" else None,
            number if kind == "verification" else None,
            verdict,
            reason.strip(),
            deviation,
            signer.account.id,
            signer.account.name,
            signature,
            this.at,
        )
        after = {"instrument": found.instrument, "results": len(doubts), "deviation": deviation, "hold": held, **said}
        await this.record(subject=inspection, after=after, reason=reason.strip())
        await this.record(subject=found.instrument, after={"inspection": inspection, **after}, reason=reason.strip())
        if verdict is Recheck.INVALID and not doubts[0].decided:
            await invalidate(
                this,
                [one.result for one in doubts],
                investigation=None,
                cause=Cause.INSTRUMENT,
                reason=reason.strip(),
                signature=signature,
            )
            await judge_again(this, inspection, reason=reason.strip())
        return Rechecked(len(doubts), deviation, held)


async def _waiting(kind: str, number: int, inspection: str) -> list[DoubtRow]:
    """The results of one sheet that nobody signed yet and that still count."""
    return [
        one
        for one in await doubts_of(kind, number)
        if one.inspection == inspection and one.verdict is None and one.counts
    ]


async def _deviate(doubts: list[DoubtRow], instrument: str, reason: str, signer: Signer) -> str:
    values = "; ".join(f"{one.test} {one.specimen}: {one.text}" for one in doubts)
    made = await open_deviation(
        unit=doubts[0].unit_code,
        title=str(_("Results of {code} are not valid: {instrument}", code=doubts[0].inspection, instrument=instrument)),
        description=f"{reason.strip()}\n{values}",
        source=instrument,
        actor=signer.actor,
    )
    return made.code
