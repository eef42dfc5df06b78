"""Record a certificate of the factory, and that one was revoked or handed back; both with a signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from maskqms.accounts.signing import Meaning, Signer, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.transaction import explain
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.products.queries import LicenceRow, licence_by_id, product_codes
from maskqms.products.rules import licence_entry_blockers
from maskqms.products.states import LicenceKind, LicenceState

explain("licence_once", "licence.exists", _("This certificate is recorded already with the same first day."))


async def add_licence(
    *,
    kind: LicenceKind,
    number: str,
    holder: str,
    products: Sequence[str],
    valid_from: date,
    valid_until: date | None,
    signer: Signer,
    scope: str | None = None,
) -> LicenceRow:
    """A certificate with its dates and the products in its scope; who signs has compared it with the paper."""
    async with act(Tag.LICENCE_ADD, actor=signer.actor, subject=number) as this:
        known = await product_codes()
        reasons = signer.actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)
        unknown = [code for code in products if code not in known]
        refuse(_("Licence not recorded"), reasons + licence_entry_blockers(products, unknown, valid_from, valid_until))
        content = {
            "kind": kind,
            "number": number,
            "holder": holder,
            "scope": scope,
            "products": sorted(products),
            "valid_from": valid_from,
            "valid_until": valid_until,
        }
        signature = await sign(signer, Meaning.APPROVED, subject=number, content=content)
        added = await sql.fetch_value(
            "INSERT INTO licence (kind, number, holder, scope, products, valid_from, valid_until, state, signature,"
            " added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'in_force', $8, maskqms_now()) RETURNING id",
            kind,
            number,
            holder,
            scope,
            sorted(products),
            valid_from,
            valid_until,
            signature,
        )
        await this.record(subject=number, after=content)
        return await licence_by_id(added)


async def revoke_licence(*, licence: int, reason: str, digest: str | None = None, signer: Signer) -> LicenceRow:
    """The authority took it back, or the factory handed it back (S8); from now on it covers nothing."""
    async with act(Tag.LICENCE_REVOKE, actor=signer.actor, subject=str(licence)) as this:
        await sql.fetch("SELECT id FROM licence WHERE id = $1 FOR UPDATE", licence)
        row = await licence_by_id(licence)
        if digest is not None and digest != row.digest:
            raise Stale(_("Licence not revoked"))
        reasons = signer.actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)
        if row.state is LicenceState.REVOKED:
            reasons.append(Reason("licence.revoked", _("{number} was revoked before.", number=row.number)))
        reasons += reason_blockers(reason)
        refuse(_("Licence not revoked"), reasons)
        content = {**row.content(), "reason": reason}
        signature = await sign(signer, Meaning.REVOKED, subject=row.number, content=content)
        await sql.execute(
            "UPDATE licence SET state = 'revoked', revoked_at = maskqms_now(), revoked_reason = $2,"
            " revoked_signature = $3 WHERE id = $1",
            licence,
            reason,
            signature,
        )
        await this.record(subject=row.number, before={"state": row.state}, after={"state": "revoked"}, reason=reason)
        return await licence_by_id(licence)
