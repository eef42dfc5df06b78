"""Whoever goods are sent to, and what was agreed with them."""

from __future__ import annotations

from datetime import date

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.transaction import explain
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.shipping.queries import terms_of
from maskqms.shipping.rules import HOME, NO_DAYS, Terms, consignee_blockers
from maskqms.trace.actions.shipments import make_consignee
from maskqms.trace.queries.shipments import consignee_by_code

KEEPS = (Role.WAREHOUSE, Role.QUALITY, Role.PLANT_MANAGER)

NUMBERING = 7_201_004
"""Advisory lock: the next free consignee number is given once."""

explain("consignee_code_key", "consignee.code_taken", _("Another consignee has this code already."))


async def create_consignee(
    *,
    name: str,
    address: str,
    contact: str,
    actor: Actor,
    code: str | None = None,
    country: str | None = None,
    min_remaining_days: int = NO_DAYS,
    credential: str | None = None,
    credential_until: date | None = None,
) -> Terms:
    """Enter a consignee; without a code it gets the next number."""
    async with act(Tag.CONSIGNEE_CREATE, actor=actor, subject=code) as this:
        refuse(_("Consignee not entered"), actor.lacks(*KEEPS) + consignee_blockers(name, address, contact))
        number = (code or "").strip() or await _next_code()
        row = await make_consignee(
            code=number,
            name=name.strip(),
            address=address.strip(),
            contact=contact.strip(),
            country=(country or HOME).strip().upper(),
            actor=actor,
        )
        await _agree(row.id, min_remaining_days, credential, credential_until)
        await this.record(subject=row.code, after={"name": row.name, "address": row.address, "contact": row.contact})
        return await terms_of(row.code)


async def _next_code() -> str:
    await sql.execute("SELECT pg_advisory_xact_lock($1)", NUMBERING)
    last = await sql.fetch_value("SELECT max(substr(code, 2)::bigint) FROM consignee WHERE code ~ '^C[0-9]{1,9}$'")
    return f"C{(last or 0) + 1:05d}"


async def agree_terms(
    consignee: str,
    *,
    min_remaining_days: int,
    actor: Actor,
    credential: str | None = None,
    credential_until: date | None = None,
) -> Terms:
    """Change what was agreed: how long goods must still be good, and the paper that lets them buy."""
    async with act(Tag.CONSIGNEE_TERMS, actor=actor, subject=consignee) as this:
        before = await terms_of(consignee)
        refuse(_("Terms not changed"), actor.lacks(*KEEPS))
        row = await consignee_by_code(consignee)
        await _agree(row.id, min_remaining_days, credential, credential_until)
        after = await terms_of(consignee)
        await this.record(subject=consignee, before=_said(before), after=_said(after))
        return after


def _said(terms: Terms) -> dict[str, object]:
    return {
        "min_remaining_days": terms.min_remaining_days,
        "credential": terms.credential,
        "credential_until": terms.credential_until,
    }


async def _agree(consignee: int, days: int, credential: str | None, until: date | None) -> None:
    await sql.execute(
        "INSERT INTO consignee_terms (consignee, min_remaining_days, credential, credential_until, changed_at)"
        " VALUES ($1, $2, $3, $4, maskqms_now()) ON CONFLICT (consignee) DO UPDATE SET min_remaining_days = $2,"
        " credential = $3, credential_until = $4, changed_at = maskqms_now()",
        consignee,
        days,
        credential or (str(_("not named")) if until else None),
        until,
    )
