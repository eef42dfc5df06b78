"""Sign in by name and password at a desk, by badge and PIN at a tablet; sign out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from maskqms.accounts.actions.lockout import WRONG, note_failure, refuse_locked, settle
from maskqms.accounts.passwords import fits
from maskqms.accounts.queries import AccountRow, find_account
from maskqms.accounts.rules import USERNAME, badge_blockers, over_age
from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.settings import settings

NOT_SIGNED_IN = _("Not signed in")

UNKNOWN = "(unknown)"
"""What the trail says of a name that nobody can have: somebody may have typed a password there."""


NO_PIN = Reason(
    "badge.no-pin",
    _("This badge has no PIN yet."),
    _("Sign in with the password at a desk, and set the PIN on your account page."),
)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The secret that the browser keeps, and whose it is."""

    token: str
    actor: Actor
    must_change: bool


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def stranger(username: str, request_id: str | None) -> Actor:
    """Somebody who is not signed in, for the trail."""
    said = username if USERNAME.fullmatch(username) else UNKNOWN
    return Actor(None, said, said, request_id=request_id)


async def sign_in(username: str, password: str, *, address: str | None, request_id: str | None) -> OpenedSession:
    """Open a session with name and password. Raises Refused with one reason that tells nothing about the name."""
    account = await find_account(username)
    actor = account.actor(request_id=request_id) if account else stranger(username, request_id)
    await refuse_locked(NOT_SIGNED_IN, actor.username, account, actor, Tag.SESSION_FAIL)
    good = await fits(account.password_hash if account and account.active else None, password)
    if account is None or not good:
        await note_failure(account, actor, tag=Tag.SESSION_FAIL)
        raise Refused(NOT_SIGNED_IN, [WRONG])
    return await _open(account, actor, address)


async def sign_in_by_badge(
    code: str, pin: str, *, station: str, address: str | None, request_id: str | None
) -> OpenedSession:
    """Open a tablet's session with a badge and its PIN; a revoked one opens nothing (R26), nor one without a PIN."""
    row = await sql.fetch_one(
        "SELECT b.id, a.username, b.pin_hash FROM badge b JOIN account a ON a.id = b.account"
        " WHERE b.code_hash = $1 AND b.revoked_at IS NULL AND a.active",
        token_hash(code.strip()),
    )
    account = await find_account(row["username"]) if row else None
    actor = account.actor(station=station, request_id=request_id) if account else stranger("badge", request_id)
    if account is not None:
        await refuse_locked(NOT_SIGNED_IN, account.username, account, actor, Tag.SESSION_FAIL)
        if row is not None and row["pin_hash"] is None:
            async with act(Tag.SESSION_FAIL, actor=actor, subject=account.username):
                refuse(NOT_SIGNED_IN, [NO_PIN])
    good = await fits(row["pin_hash"] if row else None, pin)
    if account is None or row is None or not good:
        await note_failure(account, actor, tag=Tag.SESSION_FAIL)
        raise Refused(NOT_SIGNED_IN, [WRONG])
    return await _open(account, actor, address, badge=(row["id"], row["pin_hash"]))


async def _open(
    judged: AccountRow, actor: Actor, address: str | None, *, badge: tuple[int, str] | None = None
) -> OpenedSession:
    token = secrets.token_urlsafe(32)
    async with act(Tag.SESSION_OPEN, actor=actor, subject=judged.username) as this:
        account = await settle(NOT_SIGNED_IN, judged, at=this.at)
        aged = over_age(account.password_set_at, this.at, settings().password_days)
        if badge is not None:
            living = "SELECT id FROM badge WHERE id = $1 AND pin_hash = $2 AND revoked_at IS NULL FOR SHARE"
            if await sql.fetch_value(living, *badge) is None:
                refuse(NOT_SIGNED_IN, [WRONG])
            refuse(NOT_SIGNED_IN, badge_blockers(account.roles, must_change=account.must_change, aged=aged))
        await sql.execute(
            "INSERT INTO session (token_hash, account, station, address, opened_at, seen_at)"
            " VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())",
            token_hash(token),
            account.id,
            actor.station,
            address and address[:60],
        )
        await this.record(subject=account.username, after={"station": actor.station, "address": address})
    return OpenedSession(token, actor, (account.must_change or aged) and actor.station is None)


async def sign_out(token: str, *, actor: Actor) -> None:
    """End the session of this token."""
    async with act(Tag.SESSION_CLOSE, actor=actor) as this:
        await sql.execute("DELETE FROM session WHERE token_hash = $1", token_hash(token))
        await this.record(subject=actor.username)


async def end_sessions(account_id: int, *, but: str | None = None) -> None:
    """End every session of a person, inside an act: role, password or badge changes take effect at once (R15). The one
    of the token `but` goes on."""
    kept = "" if but is None else token_hash(but)
    await sql.execute("DELETE FROM session WHERE account = $1 AND token_hash <> $2", account_id, kept)
