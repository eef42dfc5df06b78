"""Release authorisations (R12): granted by quality with a signature, never to oneself, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from maskqms.accounts.queries import authorisation_by_id, lock_account
from maskqms.accounts.rules import Grantee, grant_blockers
from maskqms.accounts.signing import Signer, content_digest, sign
from maskqms.accounts.states import Meaning
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _

NOT_REVOKED = _("Authorisation not revoked")


async def grant_authorisation(
    *,
    username: str,
    products: Sequence[str],
    known_products: Sequence[str],
    valid_from: date,
    valid_until: date,
    reason: str,
    signer: Signer,
) -> int:
    """Let a person release these products between two days; the id. `known_products` comes from the caller, because
    products live above accounts."""
    async with act(Tag.AUTHORISATION_GRANT, actor=signer.actor, subject=username) as this:
        account = await lock_account(username)
        to = Grantee(account.id, account.name, account.active, account.roles, account.heads_production)
        unknown = [code for code in products if code not in known_products]
        days = (valid_from, valid_until)
        reasons = grant_blockers(signer.actor, to, products, unknown, days, local(this.at).date())
        refuse(_("Authorisation not granted"), reasons + reason_blockers(reason))
        covered = sorted(set(products))
        content = {"person": username, "products": covered, "from": valid_from, "until": valid_until, "reason": reason}
        signature = await sign(signer, Meaning.GRANTED, subject=username, content=content)
        granted = await sql.fetch_value(
            "INSERT INTO release_authorisation (account, products, valid_from, valid_until, granted_by, signature,"
            " granted_at) VALUES ($1, $2, $3, $4, $5, $6, maskqms_now()) RETURNING id",
            account.id,
            covered,
            valid_from,
            valid_until,
            signer.account.id,
            signature,
        )
        await this.record(subject=username, after={**content, "authorisation": granted}, reason=reason)
        return granted  # type: ignore[no-any-return]


async def revoke_authorisation(*, authorisation: int, reason: str, digest: str | None = None, signer: Signer) -> int:
    """Take an authorisation back, at once; it stays readable. `digest` is of what the signer was shown."""
    person = (await authorisation_by_id(authorisation)).username
    async with act(Tag.AUTHORISATION_REVOKE, actor=signer.actor, subject=person) as this:
        await lock_account(person)
        row = await authorisation_by_id(authorisation)
        if digest is not None and digest != content_digest(row.content):
            raise Stale(NOT_REVOKED)
        reasons = signer.actor.lacks(Role.QUALITY)
        if row.revoked_at is not None:
            reasons.append(Reason("authorisation.revoked", _("It was revoked before.")))
        refuse(NOT_REVOKED, reasons + reason_blockers(reason))
        await sign(signer, Meaning.REVOKED, subject=person, content={**row.content, "reason": reason})
        await sql.execute(
            "UPDATE release_authorisation SET revoked_at = maskqms_now(), revoked_by = $2 WHERE id = $1",
            authorisation,
            signer.account.id,
        )
        await this.record(subject=person, before=row.content, reason=reason)
        return row.id
