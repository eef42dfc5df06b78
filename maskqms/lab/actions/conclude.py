"""An investigation ends with a cause and a signature; only a cause that was found makes a result invalid."""

from __future__ import annotations

from collections.abc import Iterable

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import Act, act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.lab import investigating as rules
from maskqms.lab.actions.failed import answer_failure, locked_subject
from maskqms.lab.actions.investigate import locked_file
from maskqms.lab.queries.inspections import InspectionRow, inspection
from maskqms.lab.queries.investigations import InvestigationRow, investigation
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.states import Cause, InspectionState, Outcome
from maskqms.trace.queries.units import UnitRow


async def conclude_investigation(
    code: str, *, cause: Cause, conclusion: str, digest: str, signer: Signer
) -> InvestigationRow:
    """With an assignable cause the repeated specimens' first values are made invalid and the retest counts; without one
    the first values stand. A review of the sheet is void when its values changed by that, and one that fails now holds
    what is in use already."""
    async with act(Tag.INVESTIGATION_CONCLUDE, actor=signer.actor, subject=code) as this:
        about = await inspection((await investigation(code)).inspection)
        unit = await locked_subject(about)
        found = await locked_file(code)
        refuse(
            _("Investigation not concluded"),
            signer.actor.lacks(Role.QUALITY)
            + rules.conclude_blockers(
                found.facts,
                account=signer.account.id,
                cause=cause,
                conclusion=conclusion,
                retesters=found.retesters,
            ),
        )
        if digest != content_digest(found.content):
            raise Stale(_("Investigation not concluded"))
        said = {"cause": str(cause), "conclusion": conclusion.strip()}
        signature = await sign(signer, Meaning.CLOSED, subject=code, content={**found.content, **said})
        await sql.execute(
            "UPDATE investigation SET state = 'concluded', cause = $2, conclusion = $3, concluded_by = $4,"
            " concluded_at = $5, signature = $6 WHERE id = $1 AND state <> 'concluded'",
            found.row.id,
            cause,
            conclusion.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        repeated = {n for retest in found.retests for n in retest.specimens}
        invalid = [r.id for r in found.first() if r.specimen in repeated] if cause.assignable else []
        await invalidate(
            this, invalid, investigation=found.row.id, cause=cause, reason=conclusion.strip(), signature=signature
        )
        before = {"state": found.row.state}
        await this.record(subject=code, before=before, after={"state": "concluded", **said, "invalid": len(invalid)})
        if invalid:
            await _judged(this, found.sheet, unit, reason=conclusion.strip())
        return await investigation(code)


async def _judged(this: Act, before: Sheet, unit: UnitRow, *, reason: str) -> None:
    """The sheet again; one that had passed and fails by the values that count now does what any failed sheet does."""
    sheet = await judge_again(this, before.inspection.code, reason=reason)
    waits = before.inspection.state in (InspectionState.ENTERED, InspectionState.REVIEWED)
    if waits and before.verdict.outcome is not Outcome.FAIL and sheet.verdict.outcome is Outcome.FAIL:
        await answer_failure(sheet, unit, actor=this.actor)


async def invalidate(
    this: Act, results: Iterable[int], *, investigation: int | None, cause: Cause, reason: str, signature: int
) -> None:
    """Results stop to count, inside the act that says why; every one stays readable with its reason."""
    await sql.execute(
        "INSERT INTO result_invalidation (result, investigation, cause, reason, name, signature, at)"
        " SELECT id, $2, $3, $4, $5, $6, $7 FROM unnest($1::bigint[]) AS t (id)",
        list(results),
        investigation,
        cause,
        reason,
        this.actor.name,
        signature,
        this.at,
    )


async def judge_again(this: Act, code: str, *, reason: str) -> Sheet:
    """The sheet by the values that count now. What was handed in waits for review again; with holes it is open."""
    sheet = await locked_sheet(code)
    row = sheet.inspection
    if row.state in (InspectionState.ENTERED, InspectionState.REVIEWED):
        state = InspectionState.OPEN if sheet.verdict.outcome is Outcome.INCOMPLETE else InspectionState.ENTERED
        await _set(row, state, sheet.verdict.outcome)
        await this.record(
            subject=code,
            before={"state": row.state, "outcome": row.outcome},
            after={"state": state, "outcome": sheet.verdict.outcome},
            reason=reason,
        )
    return sheet


async def _set(row: InspectionRow, state: InspectionState, outcome: Outcome) -> None:
    reopened = state is InspectionState.OPEN
    await sql.execute(
        "UPDATE inspection SET state = $2, outcome = $3, entered_by = CASE WHEN $4 THEN NULL ELSE entered_by END,"
        " entered_at = CASE WHEN $4 THEN NULL ELSE entered_at END, reviewer = NULL, reviewed_at = NULL,"
        " review_signature = NULL WHERE id = $1",
        row.id,
        state,
        None if reopened else outcome,
        reopened,
    )
