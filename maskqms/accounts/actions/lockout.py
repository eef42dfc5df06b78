"""Wrong passwords are counted and lock the account for a while; every try stays in the trail (R24).

A password is judged outside any transaction, because that takes long. What the judgement opens is therefore asked once
more with the account's row locked: a right guess that was on its way when the lock fell opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from maskqms.accounts.queries import AccountRow, lock_account
from maskqms.accounts.rules import USERNAME
from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local, now
from maskqms.errors import Reason, refuse
from maskqms.i18n import Text, _
from maskqms.settings import settings

WRONG = Reason("signin.wrong", _("User name or password is wrong."), _("Check the keyboard, and try again."))
"""One reason for a wrong name, a wrong password and a closed account: it tells nothing about the name."""


def _locked(until: datetime) -> Reason:
    return Reason(
        "account.locked",
        _("The account is locked until {time}.", time=f"{local(until):%H:%M}"),
        _("Wait, or ask an administrator for a new password."),
    )


async def refuse_locked(what: Text, username: str, account: AccountRow | None, actor: Actor, tag: Tag) -> None:
    """Raises Refused while an account is locked. An unknown name locks like a known one, else tries would tell."""
    until = account.locked_until if account is not None else await _strangers_lock(username)
    if until is not None and until > await now():
        async with act(tag, actor=actor, subject=username):
            refuse(what, [_locked(until)])


async def _strangers_lock(username: str) -> datetime | None:
    """Until when a name that nobody has would be locked; one that nobody can have never is."""
    if not USERNAME.fullmatch(username):
        return None
    span = timedelta(minutes=settings().lockout_minutes)
    tries = await sql.fetch(
        "SELECT at FROM audit_entry WHERE subject = $1 AND kind = 'act' AND tag = $2"
        " AND at > maskqms_now() - $3::interval ORDER BY id DESC LIMIT $4",
        username,
        str(Tag.SESSION_FAIL),
        span,
        settings().lockout_after,
    )
    return tries[0]["at"] + span if len(tries) == settings().lockout_after else None


async def note_failure(account: AccountRow | None, actor: Actor, *, tag: Tag) -> None:
    """Count a wrong password, and lock when it was one too many."""
    async with act(tag, actor=actor) as this:
        if account is None:
            await this.record(subject=actor.username)
            return
        failures = await sql.fetch_value(
            "UPDATE account SET failures = failures + 1 WHERE id = $1 RETURNING failures", account.id
        )
        await this.record(subject=account.username, after={"failures": failures})
        if failures >= settings().lockout_after:
            until = this.at + timedelta(minutes=settings().lockout_minutes)
            await sql.execute("UPDATE account SET locked_until = $2, failures = 0 WHERE id = $1", account.id, until)
            await this.record(tag=Tag.ACCOUNT_LOCK, subject=account.username, after={"until": until})


async def settle(what: Text, judged: AccountRow, *, at: datetime) -> AccountRow:
    """Inside an act, after a right password: the account as it is now, its failures forgotten. Raises Refused when it
    was locked, closed or given another password since it was judged."""
    account = await lock_account(judged.username)
    if account.locked_until is not None and account.locked_until > at:
        refuse(what, [_locked(account.locked_until)])
    if not account.active or account.password_hash != judged.password_hash:
        refuse(what, [WRONG])
    if account.failures or account.locked_until is not None:
        await sql.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE id = $1", account.id)
    return account
