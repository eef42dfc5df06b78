"""Line clearance (R65): one person clears the line point by point, another one checks it; both sign."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.record import ClearanceRow, clear_content, clearance_by_id, latest_clearance
from maskqms.batches.rules.start import check_blockers, points_blockers
from maskqms.batches.states import BatchState, ClearanceMoment, ClearanceState
from maskqms.db import sql
from maskqms.errors import NotFound, Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.settings import settings

AT_THE_LINE = (Role.OPERATOR, Role.INSPECTOR, Role.QUALITY, Role.PLANT_MANAGER)

WHEN = {
    ClearanceMoment.BEFORE: frozenset({BatchState.PLANNED}),
    ClearanceMoment.AFTER: frozenset({BatchState.COMPLETE, BatchState.RELEASED, BatchState.REJECTED}),
}


async def clear_line(
    *, batch: str, moment: ClearanceMoment, confirmed: Sequence[str], digest: str | None = None, signer: Signer
) -> ClearanceRow:
    """Sign that every point of the checklist is so. It replaces an earlier clearance and waits for its check."""
    async with act(Tag.CLEARANCE_DO, actor=signer.actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        content = clear_content(batch, row.line, moment)
        if digest is not None and digest != content_digest(content):
            raise Stale(_("Line not cleared"))
        points: list[str] = content["points"]
        reasons = signer.actor.lacks(*AT_THE_LINE) + points_blockers(points, confirmed, moment)
        if row.state not in WHEN[moment]:
            text = _("{batch} is {state}.", batch=batch, state=row.state.label)
            remedy = (
                _("The line is cleared for a batch that has not begun.")
                if moment is ClearanceMoment.BEFORE
                else _("The line is cleared once production is complete.")
            )
            reasons.append(Reason("clearance.moment", text, remedy))
        refuse(_("Line not cleared"), reasons)
        signature = await sign(signer, Meaning.MADE, subject=batch, content=content)
        until = this.at + timedelta(hours=settings().clearance_hours) if moment is ClearanceMoment.BEFORE else None
        made = await sql.fetch_value(
            "INSERT INTO clearance (batch, line, moment, state, checklist, done_by, done_at, done_signature,"
            " valid_until) VALUES ($1, $2, $3, 'done', $4, $5, $6, $7, $8) RETURNING id",
            row.id,
            row.line,
            moment,
            json.dumps(points),
            signer.account.id,
            this.at,
            signature,
            until,
        )
        await this.record(subject=batch, after=content)
        return await clearance_by_id(made)


async def check_clearance(
    *,
    batch: str,
    moment: ClearanceMoment,
    clean: bool,
    remark: str | None = None,
    digest: str | None = None,
    signer: Signer,
) -> ClearanceRow:
    """Another person looks at the same points and signs what was found; a line found not clean is cleared again."""
    async with act(Tag.CLEARANCE_CHECK, actor=signer.actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        found = await latest_clearance(row.id, moment)
        if found is None:
            raise NotFound(f"{batch} {moment}")
        if digest is not None and digest != content_digest(found.content(batch)):
            raise Stale(_("Clearance not checked"))
        reasons = signer.actor.lacks(*AT_THE_LINE)
        reasons += check_blockers(found.done_by, found.done_by_name, found.state, signer.account.id)
        if not clean and not (remark or "").strip():
            reasons.append(Reason("clearance.remark", _("Say what is not clean."), _("One sentence is enough.")))
        refuse(_("Clearance not checked"), reasons)
        state = ClearanceState.CHECKED if clean else ClearanceState.FAULTY
        content = {**found.content(batch), "clean": clean, "remark": remark}
        meaning = Meaning.CHECKED if clean else Meaning.REJECTED
        signature = await sign(signer, meaning, subject=batch, content=content)
        await sql.execute(
            "UPDATE clearance SET state = $2, checked_by = $3, checked_at = $4, checked_signature = $5, remark = $6"
            " WHERE id = $1",
            found.id,
            state,
            signer.account.id,
            this.at,
            signature,
            remark,
        )
        await this.record(subject=batch, before={"state": found.state}, after=content)
        return await clearance_by_id(found.id)
