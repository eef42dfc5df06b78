"""Badges for tablets: issued by an administrator, opened by a PIN of their owner's own, revoked at once (R16, R26)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from maskqms.accounts.actions.lockout import note_failure, refuse_locked, settle
from maskqms.accounts.actions.signin import end_sessions, token_hash
from maskqms.accounts.passwords import fits, hash_secret
from maskqms.accounts.queries import account_named, lock_account
from maskqms.accounts.rules import over_age, pin_blockers
from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import NotFound, Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.settings import settings

KEEPERS = (Role.ADMINISTRATOR, Role.QUALITY, Role.PLANT_MANAGER)
"""Who makes a lost badge worthless."""


@dataclass(frozen=True, slots=True)
class IssuedBadge:
    """The number people see, and the code that is printed on the badge and kept nowhere else."""

    number: str
    code: str


async def issue_badge(*, username: str, actor: Actor) -> IssuedBadge:
    """A new badge. It opens nothing until its owner has given it a PIN, so who writes it cannot act with it."""
    async with act(Tag.BADGE_ISSUE, actor=actor, subject=username) as this:
        account = await lock_account(username)
        reasons = [] if actor == SYSTEM else actor.lacks(Role.ADMINISTRATOR)
        if not account.active:
            reasons.append(Reason("badge.inactive", _("{name}'s account is not active.", name=account.name)))
        if Role.ADMINISTRATOR in account.roles:
            desk = _("Administrators do not sign in with a badge (R16).")
            reasons.append(Reason("badge.administrator", desk))
        refuse(_("Badge not issued"), reasons)
        number, code = await next_number("BDG"), secrets.token_hex(10).upper()
        await sql.execute(
            "INSERT INTO badge (account, number, code_hash, issued_at) VALUES ($1, $2, $3, maskqms_now())",
            account.id,
            number,
            token_hash(code),
        )
        await this.record(subject=username, after={"badge": number})
        return IssuedBadge(number, code)


async def set_pin(*, number: str, pin: str, password: str, actor: Actor) -> None:
    """The owner chooses the PIN of a badge, the first or another, and proves with the password to be the owner. A wrong
    password counts towards the lock; the sessions of the badge's tablets end."""
    what = _("PIN not set")
    judged = await account_named(actor.username)
    await refuse_locked(what, actor.username, judged, actor, Tag.PASSWORD_FAIL)
    if not await fits(judged.password_hash if judged.active else None, password):
        await note_failure(judged, actor, tag=Tag.PASSWORD_FAIL)
        refuse(what, [Reason("password.current", _("The current password is wrong."))])
    hashed = await hash_secret(pin)
    async with act(Tag.BADGE_PIN, actor=actor, subject=actor.username) as this:
        account = await settle(what, judged, at=this.at)
        reasons = pin_blockers(pin)
        if account.must_change or over_age(account.password_set_at, this.at, settings().password_days):
            due = _("A new password is due: the present one was set by somebody else, or is too old.")
            reasons.append(Reason("badge.password-due", due, _("Change it first.")))
        refuse(what, reasons)
        changed = await sql.fetch_value(
            "UPDATE badge SET pin_hash = $3 WHERE number = $1 AND account = $2 AND revoked_at IS NULL RETURNING id",
            number,
            account.id,
            hashed,
        )
        if changed is None:
            raise NotFound(number)
        await sql.execute("DELETE FROM session WHERE account = $1 AND station IS NOT NULL", account.id)
        await this.record(subject=actor.username, after={"badge": number})


async def revoke_badge(*, number: str, reason: str, actor: Actor) -> None:
    """Make a lost badge worthless and end what was opened with it."""
    async with act(Tag.BADGE_REVOKE, actor=actor, subject=number) as this:
        refuse(_("Badge not revoked"), actor.lacks(*KEEPERS) + reason_blockers(reason))
        account = await sql.fetch_value(
            "UPDATE badge SET revoked_at = maskqms_now() WHERE number = $1 AND revoked_at IS NULL RETURNING account",
            number,
        )
        if account is None:
            raise NotFound(number)
        await end_sessions(account)
        await this.record(subject=number, reason=reason)
