"""Accounts: made by an administrator, never deleted; every change of right is recorded with its grantor (R15)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from maskqms.accounts.actions.lockout import note_failure, refuse_locked, settle
from maskqms.accounts.actions.signin import end_sessions
from maskqms.accounts.passwords import fits, hash_secret
from maskqms.accounts.queries import AccountRow, account_named, authorisations, find_account, lock_account
from maskqms.accounts.rules import (
    name_blockers,
    password_blockers,
    post_blockers,
    role_blockers,
)
from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.transaction import explain
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.settings import settings

explain("account_username_key", "account.taken", _("This user name was given before and is never given again (R9)."))


def _administrator_only(actor: Actor) -> list[Reason]:
    return [] if actor == SYSTEM else actor.lacks(Role.ADMINISTRATOR)


def new_password() -> str:
    """A password to hand over once; it must be changed at first use (R25)."""
    return "-".join(secrets.token_hex(2) for _group in range(4))


async def create_account(
    *,
    username: str,
    name: str,
    roles: Iterable[Role],
    password: str,
    actor: Actor,
    must_change: bool = True,
    heads_production: bool = False,
    heads_quality: bool = False,
    locale: str = "zh",
) -> int:
    """Make an account; the id. Raises Refused with every reason."""
    async with act(Tag.ACCOUNT_CREATE, actor=actor, subject=username) as this:
        held = sorted({Role(role) for role in roles})
        reasons = _administrator_only(actor) + password_blockers(password, username, settings().password_length)
        reasons += post_blockers(
            heads_production=heads_production, heads_quality=heads_quality, holds_authorisation=False
        )
        reasons += role_blockers(held) + name_blockers(username, name)
        if await find_account(username) is not None:
            reasons.append(
                Reason(
                    "account.taken",
                    _("The user name {username} was given before and is never given again (R9).", username=username),
                )
            )
        refuse(_("Account not created"), reasons)
        account = await sql.fetch_value(
            "INSERT INTO account (username, name, roles, heads_production, heads_quality, active, locale,"
            " password_hash, password_set_at, must_change, failures, created_at)"
            " VALUES ($1, $2, $3, $4, $5, true, $6, $7, maskqms_now(), $8, 0, maskqms_now()) RETURNING id",
            username,
            name.strip(),
            [str(role) for role in held],
            heads_production,
            heads_quality,
            locale,
            await hash_secret(password),
            must_change,
        )
        posts = {"heads_production": heads_production, "heads_quality": heads_quality}
        await this.record(subject=username, after={"name": name.strip(), "roles": held, **posts})
        return account  # type: ignore[no-any-return]


async def set_roles(
    *, username: str, roles: Iterable[Role], heads_production: bool, heads_quality: bool, reason: str, actor: Actor
) -> None:
    """Change what a person may do, at once; nobody raises one's own rights (R15)."""
    async with act(Tag.ACCOUNT_ROLES, actor=actor, subject=username) as this:
        account = await lock_account(username)
        held = sorted({Role(role) for role in roles})
        day = local(this.at).date()
        holds = any(
            row.account == account.id and row.revoked_at is None and row.valid_until >= day
            for row in await authorisations()
        )
        reasons = _administrator_only(actor) + role_blockers(held)
        reasons += post_blockers(
            heads_production=heads_production, heads_quality=heads_quality, holds_authorisation=holds
        )
        if account.id == actor.account_id:
            reasons.append(Reason("account.own-roles", _("Nobody changes one's own roles (R15).")))
        refuse(_("Roles not changed"), reasons + reason_blockers(reason))
        await sql.execute(
            "UPDATE account SET roles = $2, heads_production = $3, heads_quality = $4 WHERE id = $1",
            account.id,
            [str(role) for role in held],
            heads_production,
            heads_quality,
        )
        await end_sessions(account.id)
        before = {"roles": account.roles, "heads_production": account.heads_production}
        after = {"roles": held, "heads_production": heads_production}
        await this.record(
            subject=username,
            before={**before, "heads_quality": account.heads_quality},
            after={**after, "heads_quality": heads_quality},
            reason=reason,
        )


async def change_password(*, current: str, password: str, actor: Actor, token: str | None = None) -> None:
    """Change one's own password; former ones and the rules of length refuse, and a wrong current one counts towards the
    lock. Every session of the person ends but the one of `token`."""
    what = _("Password not changed")
    judged = await account_named(actor.username)
    await refuse_locked(what, actor.username, judged, actor, Tag.PASSWORD_FAIL)
    if not await fits(judged.password_hash, current):
        await note_failure(judged, actor, tag=Tag.PASSWORD_FAIL)
        refuse(what, [Reason("password.current", _("The current password is wrong."))])
    used = await _used_before(judged, password)
    hashed = await hash_secret(password)
    async with act(Tag.ACCOUNT_PASSWORD, actor=actor, subject=actor.username) as this:
        account = await settle(what, judged, at=this.at)
        reasons = password_blockers(password, account.username, settings().password_length)
        if used:
            reasons.append(Reason("password.used", _("This password was used before."), _("Choose a new one.")))
        refuse(what, reasons)
        await _set_password(account, hashed, must_change=False)
        await end_sessions(account.id, but=token)
        await this.record(subject=actor.username)


async def _used_before(account: AccountRow, password: str) -> bool:
    """Whether it is the present password or one of the last; judged outside any transaction, for it takes a while."""
    former = await sql.fetch(
        "SELECT password_hash FROM former_password WHERE account = $1 ORDER BY id DESC LIMIT $2",
        account.id,
        settings().password_history,
    )
    return any(
        [await fits(stored, password) for stored in (account.password_hash, *(r["password_hash"] for r in former))]
    )


async def _set_password(account: AccountRow, hashed: str, *, must_change: bool) -> None:
    await sql.execute(
        "INSERT INTO former_password (account, password_hash, at) VALUES ($1, $2, maskqms_now())",
        account.id,
        account.password_hash,
    )
    await sql.execute(
        "UPDATE account SET password_hash = $2, password_set_at = maskqms_now(), must_change = $3, failures = 0,"
        " locked_until = NULL WHERE id = $1",
        account.id,
        hashed,
        must_change,
    )


async def reset_password(*, username: str, actor: Actor) -> str:
    """A new password to hand over; it signs nothing until its owner has changed it (R25)."""
    password = new_password()
    hashed = await hash_secret(password)
    async with act(Tag.ACCOUNT_RESET, actor=actor, subject=username) as this:
        account = await lock_account(username)
        refuse(_("Password not reset"), _administrator_only(actor))
        await _set_password(account, hashed, must_change=True)
        await end_sessions(account.id)
        await this.record(subject=username)
    return password


async def set_active(*, username: str, active: bool, reason: str, actor: Actor) -> None:
    """Close or reopen an account; its past stays. What is wanted is said, not turned round: two who close it at once
    do not open it again."""
    async with act(Tag.ACCOUNT_REACTIVATE if active else Tag.ACCOUNT_DEACTIVATE, actor=actor, subject=username) as this:
        account = await lock_account(username)
        reasons = _administrator_only(actor) + reason_blockers(reason)
        if account.id == actor.account_id:
            reasons.append(Reason("account.own-roles", _("Nobody changes one's own roles (R15).")))
        if account.active is active:
            done = _("The account is open already.") if active else _("The account is closed already.")
            reasons.append(Reason("account.already", done))
        refuse(_("Account not changed"), reasons)
        await sql.execute("UPDATE account SET active = $2 WHERE id = $1", account.id, active)
        await end_sessions(account.id)
        await this.record(subject=username, before={"active": account.active}, after={"active": active}, reason=reason)


async def set_locale(*, locale: str, actor: Actor) -> None:
    """The language a person reads."""
    async with act(Tag.ACCOUNT_LANGUAGE, actor=actor, subject=actor.username) as this:
        await sql.execute("UPDATE account SET locale = $2 WHERE username = $1", actor.username, locale)
        await this.record(subject=actor.username, after={"locale": locale})
