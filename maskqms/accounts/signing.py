"""Electronic signatures: the password inside the act, the meaning in words, the digest of what was shown (R19-R24).

`reauthenticate` comes before the act, because a wrong password must be counted even though nothing else happens;
`sign` writes the signature inside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import to_jsonable_python

from maskqms.accounts.actions.lockout import WRONG, note_failure, refuse_locked, settle
from maskqms.accounts.passwords import fits
from maskqms.accounts.queries import AccountRow, find_account
from maskqms.accounts.rules import over_age
from maskqms.accounts.states import Meaning
from maskqms.actor import SIGNING_ROLES, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.settings import settings

__all__ = ["Meaning", "Signer", "content_digest", "reauthenticate", "sign"]

NOT_SIGNED = _("Not signed")


@dataclass(frozen=True, slots=True)
class Signer:
    """Proof that a person gave id and password for this request; made only by `reauthenticate`."""

    actor: Actor
    account: AccountRow


def canonical(content: Mapping[str, Any]) -> str:
    """The bytes that are signed: JSON with sorted keys and no spaces; Decimals as their digits."""
    return json.dumps(to_jsonable_python(dict(content)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical content, hex."""
    return sha256(canonical(content).encode()).hexdigest()


async def reauthenticate(actor: Actor, *, username: str, password: str) -> Signer:
    """Check id and password of the person who signs, now. Raises Refused; a failure counts towards the lock (R24)."""
    if reasons := signing_blockers(actor, username):
        async with act(Tag.SIGNATURE_FAIL, actor=actor, subject=actor.username):
            refuse(NOT_SIGNED, reasons)
    account = await find_account(actor.username)
    await refuse_locked(NOT_SIGNED, actor.username, account, actor, Tag.SIGNATURE_FAIL)
    good = await fits(account.password_hash if account and account.active else None, password)
    if account is None or not good:
        await note_failure(account, actor, tag=Tag.SIGNATURE_FAIL)
        raise Refused(NOT_SIGNED, [WRONG])
    async with act(Tag.SIGNATURE_FAIL, actor=actor, subject=actor.username) as this:
        account = await settle(NOT_SIGNED, account, at=this.at)
        if account.must_change:
            unchanged = _("A password set by somebody else signs nothing.")
            refuse(NOT_SIGNED, [Reason("signature.password-unchanged", unchanged, _("Change it first."))])
        if over_age(account.password_set_at, this.at, settings().password_days):
            old = _("The password is older than {days} days.", days=settings().password_days)
            refuse(NOT_SIGNED, [Reason("signature.password-old", old, _("Change it first."))])
    return Signer(actor, account)


def signing_blockers(actor: Actor, username: str) -> list[Reason]:
    """Who may sign at all: with one's own name, and not as administrator or regulator only (R16, R18, R27)."""
    reasons = []
    if username != actor.username:
        reasons.append(
            Reason(
                "signature.other-person",
                _("Signed in is {name}; nobody signs for another.", name=actor.name),
                _("Sign out, and let the other person sign in."),
            )
        )
    if Role.ADMINISTRATOR in actor.roles or not actor.roles & SIGNING_ROLES:
        reasons.append(Reason("signature.role", _("Administrators and regulators sign no quality record (R16).")))
    return reasons


async def sign(signer: Signer, meaning: Meaning, *, subject: str, content: Mapping[str, Any]) -> int:
    """Write a signature inside the running act; the id of its row. Raises Refused when the person's account was closed
    or given another password or other roles since it was asked: what a person may do changes at once (R15), and a rule
    that was asked of the roles at the request's start holds for those that are signed with."""
    if DB.current_transaction.get() is None:
        raise RuntimeError("a signature is written inside an act")
    await _refuse_changed(signer)
    text = canonical(content)
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "INSERT INTO signature (account, username, name, roles, meaning, subject, content, digest, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, maskqms_now()) RETURNING id",
        signer.account.id,
        signer.account.username,
        signer.account.name,
        ",".join(sorted(signer.actor.roles)),
        str(meaning),
        subject,
        text,
        sha256(text.encode()).hexdigest(),
    )


async def _refuse_changed(signer: Signer) -> None:
    """The account is as it was when the act was judged, and stays so until the act ends."""
    row = await sql.fetch_one(
        "SELECT name, active, roles, password_hash FROM account WHERE id = $1 FOR SHARE", signer.account.id
    )
    judged = (signer.account.name, True, signer.actor.roles, signer.account.password_hash)
    if row is None or (row["name"], row["active"], frozenset(row["roles"]), row["password_hash"]) != judged:
        changed = _("The account of {name} was changed a moment ago.", name=signer.account.name)
        refuse(NOT_SIGNED, [Reason("signature.account-changed", changed, _("Sign in again."))])
