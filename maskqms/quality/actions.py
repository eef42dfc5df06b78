"""Deviations are opened by whoever sees one, and closed by quality with a signature; changes are decided so."""

from __future__ import annotations

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.quality import rules
from maskqms.quality.queries import ChangeRow, DeviationRow, change, deviation, locked_change, locked_deviation
from maskqms.quality.states import ChangeState
from maskqms.trace.queries.units import lock_units, unit_by_code


async def open_deviation(
    *,
    unit: str,
    title: str,
    description: str,
    actor: Actor,
    immediate_action: str | None = None,
    source: str | None = None,
) -> DeviationRow:
    """Put on record what is wrong with a unit (its code). `source` names the record that found it by itself."""
    async with act(Tag.DEVIATION_OPEN, actor=actor, subject=unit) as this:
        about = await unit_by_code(unit)
        await lock_units([about.id])
        refuse(_("Deviation not opened"), actor.lacks(*rules.OPENS) + rules.open_blockers(title, description))
        code = await next_number("DV")
        await sql.execute(
            "INSERT INTO deviation (code, unit, title, description, immediate_action, source, state, opened_by,"
            " opener_name, opened_at) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9)",
            code,
            about.id,
            title.strip(),
            description.strip(),
            immediate_action,
            source,
            actor.account_id,
            actor.name,
            this.at,
        )
        await this.record(subject=code, after={"unit": about.code, "title": title, "source": source})
        return await deviation(code)


async def close_deviation(code: str, *, conclusion: str, digest: str, signer: Signer) -> DeviationRow:
    """End a deviation with what quality concluded. `digest` is that of the deviation as it was shown."""
    async with act(Tag.DEVIATION_CLOSE, actor=signer.actor, subject=code) as this:
        row = await locked_deviation(code)
        refuse(
            _("Deviation not closed"),
            signer.actor.lacks(Role.QUALITY)
            + rules.close_blockers(
                code,
                row.state,
                opener=row.opened_by,
                opener_name=row.opener_name,
                closer=signer.account.id,
                conclusion=conclusion,
            ),
        )
        if digest != content_digest(row.content()):
            raise Stale(_("Deviation not closed"))
        signature = await sign(signer, Meaning.CLOSED, subject=code, content=row.content(conclusion.strip()))
        await sql.execute(
            "UPDATE deviation SET state = 'closed', conclusion = $2, closed_by = $3, closed_at = $4, signature = $5"
            " WHERE id = $1 AND state = 'open'",
            row.id,
            conclusion.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(subject=code, before={"state": "open"}, after={"state": "closed", "conclusion": conclusion})
        return await deviation(code)


async def open_change(*, title: str, description: str, actor: Actor, source: str | None = None) -> ChangeRow:
    """Put on record what changes. `source` is the code of the record it is about; the package that knows such records
    calls this and says what the change limits."""
    async with act(Tag.CHANGE_OPEN, actor=actor, subject=source) as this:
        refuse(
            _("Change not opened"),
            actor.lacks(*rules.CHANGE_OPENS) + rules.change_open_blockers(title, description),
        )
        code = await next_number("CC")
        await sql.execute(
            "INSERT INTO change_control (code, title, description, source, state, opened_by, opened_at)"
            " VALUES ($1, $2, $3, $4, 'open', $5, $6)",
            code,
            title.strip(),
            description.strip(),
            source,
            actor.account_id,
            this.at,
        )
        await this.record(subject=code, after={"title": title, "source": source})
        return await change(code)


async def decide_change(code: str, *, decision: ChangeState, conclusion: str, digest: str, signer: Signer) -> ChangeRow:
    """Approve or reject a change on what its validation showed. `digest` is that of the change as it was shown."""
    async with act(Tag.CHANGE_DECIDE, actor=signer.actor, subject=code) as this:
        row = await locked_change(code)
        refuse(
            _("Change not decided"),
            signer.actor.lacks(Role.QUALITY)
            + rules.change_decision_blockers(
                code,
                row.state,
                decision,
                opener=row.opened_by,
                opener_name=row.opener_name,
                decider=signer.account.id,
                conclusion=conclusion,
            ),
        )
        if digest != content_digest(row.content()):
            raise Stale(_("Change not decided"))
        meaning = Meaning.APPROVED if decision is ChangeState.APPROVED else Meaning.REJECTED
        signature = await sign(signer, meaning, subject=code, content=row.content(decision, conclusion.strip()))
        await sql.execute(
            "UPDATE change_control SET state = $2, conclusion = $3, decided_by = $4, decided_at = $5, signature = $6"
            " WHERE id = $1 AND state = 'open'",
            row.id,
            decision,
            conclusion.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=code, before={"state": row.state}, after={"state": decision, "conclusion": conclusion}
        )
        return await change(code)
