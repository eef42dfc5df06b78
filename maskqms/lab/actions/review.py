"""A second person looks at the whole sheet and signs it (R10); a third one decides, in the act of the package above."""

from __future__ import annotations

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.investigating import question_blockers
from maskqms.lab.queries.inspections import InspectionRow, inspection
from maskqms.lab.queries.investigations import questions_of
from maskqms.lab.queries.sheets import locked_sheet
from maskqms.lab.states import INSPECTION_MOVES, Decision, InspectionState


async def review_inspection(code: str, *, digest: str, signer: Signer) -> InspectionRow:
    """Sign the sheet as reviewed. `digest` is that of the sheet as it was shown."""
    async with act(Tag.INSPECTION_REVIEW, actor=signer.actor, subject=code) as this:
        sheet = await locked_sheet(code)
        refuse(
            _("Not reviewed"),
            signer.actor.lacks(Role.INSPECTOR, Role.QUALITY)
            + INSPECTION_MOVES.blockers(sheet.inspection.state, InspectionState.REVIEWED)
            + rules.person_blockers(signer.account.id, analysts=sheet.analysts),
        )
        if digest != content_digest(sheet.content):
            raise Stale(_("Not reviewed"))
        signature = await sign(signer, Meaning.REVIEWED, subject=code, content=sheet.content)
        await sql.execute(
            "UPDATE inspection SET state = 'reviewed', reviewer = $2, reviewed_at = $3, review_signature = $4"
            " WHERE id = $1 AND state = 'entered'",
            sheet.inspection.id,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(subject=code, before={"state": "entered"}, after={"state": "reviewed"})
        return await inspection(code)


async def decide_inspection(
    code: str, *, decision: Decision, signature: int, signer: Signer, otherwise_known: bool = False
) -> InspectionRow:
    """Mark the sheet decided, inside the signed act of the package above, after its units are locked.

    Refused when it is not reviewed, when the decision contradicts the verdict, and when the signer tested or reviewed.
    """
    async with act(Tag.INSPECTION_DECIDE, actor=signer.actor, subject=code) as this:
        sheet = await locked_sheet(code)
        row = sheet.inspection
        refuse(
            _("Not decided"),
            rules.decision_blockers(code, row.state, sheet.verdict.outcome, decision, otherwise_known=otherwise_known)
            + rules.person_blockers(
                signer.account.id, analysts=sheet.analysts, reviewer=row.reviewer, reviewer_name=row.reviewer_name
            )
            + (await _question_blockers(row) if decision is Decision.ACCEPTED else []),
        )
        await sql.execute(
            "UPDATE inspection SET state = 'decided', decision = $2, decider = $3, decided_at = $4,"
            " decision_signature = $5 WHERE id = $1 AND state = 'reviewed'",
            row.id,
            decision,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(subject=code, before={"state": "reviewed"}, after={"state": "decided", "decision": decision})
        return await inspection(code)


async def _question_blockers(row: InspectionRow) -> list[Reason]:
    """Nothing is accepted on results that are being investigated or whose instrument is in doubt (R35, R125)."""
    asked = [one for one in await questions_of([row.subject]) if one.sheet == row.code]
    return question_blockers(
        [(one.code, one.test) for one in asked if one.kind == "investigation"],
        [(one.code, one.test) for one in asked if one.kind == "doubt"],
    )
