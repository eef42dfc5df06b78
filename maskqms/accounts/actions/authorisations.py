"""Release authorisations (R12): granted by quality with a signature, never to oneself, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from maskqms.accounts.queries import AuthorisationRow, authorisations, lock_account
from maskqms.accounts.rules import Grantee, grant_blockers
from maskqms.accounts.signing import Signer, sign
from maskqms.accounts.states import Meaning
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import NotFound, Reason, refuse
from maskqms.i18n import _


async def grant_authorisation(
    *,
    username: str,
    products: Sequence[str],
    known_products: Sequence[str],
    valid_from: date,
    valid_until: date,
    signer: Signer,
) -> int:
    """Let a person release these products between two days; the id. `known_products` comes from the caller, because
    products live above accounts."""
    async with act(Tag.AUTHORISATION_GRANT, actor=signer.actor, subject=username) as this:
        account = await lock_account(username)
        to = Grantee(account.id, account.name, account.active, account.roles, account.heads_production)
        unknown = [code for code in products if code not in known_products]
        refuse(
            _("Authorisation not granted"),
            grant_blockers(signer.actor, to, products, unknown, (valid_from, valid_until), local(this.at).date()),
        )
        covered = sorted(set(products))
        content = {"person": username, "products": covered, "from": valid_from, "until": valid_until}
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
        await this.record(subject=username, after=content)
        return granted  # type: ignore[no-any-return]


async def revoke_authorisation(*, authorisation: int, reason: str, signer: Signer) -> None:
    """Take an authorisation back; it stays readable."""
    async with act(Tag.AUTHORISATION_REVOKE, actor=signer.actor, subject=str(authorisation)) as this:
        await lock_account(_find(await authorisations(), authorisation).username)
        row = _find(await authorisations(), authorisation)
        reasons = signer.actor.lacks(Role.QUALITY)
        if row.revoked_at is not None:
            reasons.append(Reason("authorisation.revoked", _("It was revoked before.")))
        if not reason.strip():
            reasons.append(Reason("reason.missing", _("A reason is needed.")))
        refuse(_("Authorisation not revoked"), reasons)
        await sign(signer, Meaning.REVOKED, subject=row.username, content={"authorisation": row.id, "reason": reason})
        await sql.execute(
            "UPDATE release_authorisation SET revoked_at = maskqms_now(), revoked_by = $2 WHERE id = $1",
            authorisation,
            signer.account.id,
        )
        await this.record(subject=row.username, after={"authorisation": row.id}, reason=reason)


def _find(rows: Sequence[AuthorisationRow], authorisation: int) -> AuthorisationRow:
    found = next((row for row in rows if row.id == authorisation), None)
    if found is None:
        raise NotFound(str(authorisation))
    return found
