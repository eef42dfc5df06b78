"""Badges for tablets: issued with a PIN, revoked at once (R26)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from maskqms.accounts.actions.signin import end_sessions, token_hash
from maskqms.accounts.passwords import hash_secret
from maskqms.accounts.queries import lock_account
from maskqms.accounts.rules import pin_blockers
from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import NotFound, Reason, refuse
from maskqms.i18n import _


@dataclass(frozen=True, slots=True)
class IssuedBadge:
    """The number people see, and the code that is printed on the badge and kept nowhere else."""

    number: str
    code: str


async def issue_badge(*, username: str, pin: str, actor: Actor) -> IssuedBadge:
    """A new badge; the PIN is typed by its owner."""
    async with act(Tag.BADGE_ISSUE, actor=actor, subject=username) as this:
        account = await lock_account(username)
        reasons = [] if actor == SYSTEM else actor.lacks(Role.ADMINISTRATOR)
        if not account.active:
            reasons.append(Reason("badge.inactive", _("{name}'s account is not active.", name=account.name)))
        refuse(_("Badge not issued"), reasons + pin_blockers(pin))
        number, code = await next_number("BDG"), secrets.token_hex(10).upper()
        await sql.execute(
            "INSERT INTO badge (account, number, code_hash, pin_hash, issued_at)"
            " VALUES ($1, $2, $3, $4, maskqms_now())",
            account.id,
            number,
            token_hash(code),
            await hash_secret(pin),
        )
        await this.record(subject=username, after={"badge": number})
        return IssuedBadge(number, code)


async def revoke_badge(*, number: str, reason: str, actor: Actor) -> None:
    """Make a lost badge worthless and end what was opened with it."""
    async with act(Tag.BADGE_REVOKE, actor=actor, subject=number) as this:
        reasons = actor.lacks(Role.ADMINISTRATOR, Role.QUALITY, Role.PLANT_MANAGER)
        if not reason.strip():
            reasons.append(Reason("reason.missing", _("A reason is needed.")))
        refuse(_("Badge not revoked"), reasons)
        account = await sql.fetch_value(
            "UPDATE badge SET revoked_at = maskqms_now() WHERE number = $1 AND revoked_at IS NULL RETURNING account",
            number,
        )
        if account is None:
            raise NotFound(number)
        await end_sessions(account)
        await this.record(subject=number, reason=reason)
