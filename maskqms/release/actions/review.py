"""A reviewer signs a part of the record, with every change after first entry before their eyes (R33)."""

from __future__ import annotations

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.release.queries.gate import Dossier, batch_row, dossier
from maskqms.release.queries.records import involved_in
from maskqms.release.rules.contents import review_content
from maskqms.release.rules.people import review_blockers
from maskqms.release.rules.quality import REVIEWS, review_of
from maskqms.release.states import GateGroup, ReviewPart
from maskqms.trace.queries.units import lock_units


async def sign_review(batch: str, part: ReviewPart, *, digest: str, signer: Signer, remark: str | None = None) -> None:
    """Sign that a part of the record was reviewed. `digest` is that of what was shown."""
    async with act(Tag.RELEASE_REVIEW, actor=signer.actor, subject=batch) as this:
        row = await batch_row(batch)
        await lock_units([row.id])
        found = await dossier(batch)
        refuse(
            _("Review not signed"),
            review_blockers(
                signer.actor,
                part,
                await involved_in(row.id, found.sheets),
                found.facts.reviews,
                batch,
                heads_production=signer.account.heads_production,
            )
            + open_questions(found, part)
            + already_signed(found, part),
        )
        content = review_content(batch, part, found.changes)
        if digest != content_digest(content):
            raise Stale(_("Review not signed"))
        signed = await sign(signer, Meaning.REVIEWED, subject=batch, content={**content, "remark": remark})
        await sql.execute(
            "INSERT INTO release_review (batch, part, account, signature, changes, record_digest, remark, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            row.id,
            part,
            signer.account.id,
            signed,
            len(found.changes.of(part)),
            found.changes.digest(part),
            remark,
            this.at,
        )
        await this.record(subject=batch, after={"part": part, "changes": len(found.changes.of(part)), "remark": remark})


def open_questions(found: Dossier, part: ReviewPart) -> list[Reason]:
    """What is not ready to be reviewed: for production its own record, for quality everything but the review itself."""
    if part is ReviewPart.PRODUCTION:
        groups = (GateGroup.MATERIALS, GateGroup.PRODUCTION, GateGroup.PACKING)
        return [reason for group in groups for check in found.report.group(group) for reason in check.reasons]
    return found.report.without(*REVIEWS)


def already_signed(found: Dossier, part: ReviewPart) -> list[Reason]:
    standing = review_of(found.facts, part)
    if standing is None or not standing.current:
        return []
    return [
        Reason(
            "review.signed",
            _("{name} has signed this review, and nothing was changed since.", name=standing.name),
            None,
        )
    ]
