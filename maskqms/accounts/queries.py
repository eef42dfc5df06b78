"""Reads of people, sessions, authorisations and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Json

from maskqms.accounts.states import Meaning
from maskqms.actor import Actor, Role
from maskqms.db import sql
from maskqms.errors import NotFound

ACCOUNT = (
    "SELECT id, username, name, roles, heads_production, heads_quality, active, locale, password_hash, password_set_at,"
    " must_change, failures, locked_until, created_at FROM account"
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: int
    username: str
    name: str
    roles: tuple[Role, ...]
    heads_production: bool
    heads_quality: bool
    active: bool
    locale: str
    password_hash: str
    password_set_at: datetime
    must_change: bool
    failures: int
    locked_until: datetime | None
    created_at: datetime

    def actor(self, *, station: str | None = None, request_id: str | None = None) -> Actor:
        """The person as the one who acts."""
        return Actor(self.id, self.username, self.name, frozenset(self.roles), station, request_id, self.locale)


async def account_named(username: str) -> AccountRow:
    row = await sql.one_as(AccountRow, f"{ACCOUNT} WHERE username = $1", username)
    if row is None:
        raise NotFound(username)
    return row


async def find_account(username: str) -> AccountRow | None:
    return await sql.one_as(AccountRow, f"{ACCOUNT} WHERE username = $1", username)


async def lock_account(username: str) -> AccountRow:
    """The account with its row locked until the act ends: two changes of one person happen one after the other."""
    row = await sql.one_as(AccountRow, f"{ACCOUNT} WHERE username = $1 FOR NO KEY UPDATE", username)
    if row is None:
        raise NotFound(username)
    return row


async def account_by_id(account_id: int) -> AccountRow:
    row = await sql.one_as(AccountRow, f"{ACCOUNT} WHERE id = $1", account_id)
    if row is None:
        raise NotFound(str(account_id))
    return row


async def accounts() -> list[AccountRow]:
    return await sql.fetch_as(AccountRow, f"{ACCOUNT} ORDER BY username")


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature as it is shown: on screen, on paper, in exports (R20)."""

    id: int
    account: int
    username: str
    name: str
    roles: str
    meaning: Meaning
    subject: str
    content: Json[dict[str, Any]]
    digest: str
    at: datetime

    @property
    def role_names(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles.split(",") if role)

    def stands_for(self, digest: str) -> bool:
        """Whether what is shown now is what was signed; a changed content voids the signature (R21)."""
        return self.digest == digest


SIGNATURE = "SELECT id, account, username, name, roles, meaning, subject, content, digest, at FROM signature"


async def signatures_of(subject: str) -> list[SignatureRow]:
    """All signatures on a record, oldest first."""
    return await sql.fetch_as(SignatureRow, f"{SIGNATURE} WHERE subject = $1 ORDER BY id", subject)


async def signature(signature_id: int) -> SignatureRow:
    row = await sql.one_as(SignatureRow, f"{SIGNATURE} WHERE id = $1", signature_id)
    if row is None:
        raise NotFound(str(signature_id))
    return row


@dataclass(frozen=True, slots=True)
class AuthorisationRow:
    id: int
    account: int
    username: str
    name: str
    products: tuple[str, ...]
    valid_from: date
    valid_until: date
    granted_by: str
    granted_at: datetime
    signature: int
    revoked_at: datetime | None
    heads_production: bool

    def in_force(self, product: str, day: date) -> bool:
        """Never of the head of production (R13), whatever was granted before."""
        return (
            self.revoked_at is None
            and not self.heads_production
            and self.valid_from <= day <= self.valid_until
            and product in self.products
        )

    @property
    def content(self) -> dict[str, Any]:
        """What a revocation shows and signs."""
        days = {"from": self.valid_from, "until": self.valid_until}
        return {"authorisation": self.id, "person": self.username, "products": list(self.products), **days}


AUTHORISATION = (
    "SELECT r.id, r.account, a.username, a.name, r.products, r.valid_from, r.valid_until, g.name AS granted_by,"
    " r.granted_at, r.signature, r.revoked_at, a.heads_production FROM release_authorisation r"
    " JOIN account a ON a.id = r.account JOIN account g ON g.id = r.granted_by"
)


async def authorisations() -> list[AuthorisationRow]:
    return await sql.fetch_as(AuthorisationRow, f"{AUTHORISATION} ORDER BY r.id DESC")


async def authorisation_by_id(authorisation: int) -> AuthorisationRow:
    row = await sql.one_as(AuthorisationRow, f"{AUTHORISATION} WHERE r.id = $1", authorisation)
    if row is None:
        raise NotFound(str(authorisation))
    return row


async def authorisation_of(account_id: int, product: str, day: date) -> AuthorisationRow | None:
    """The authorisation that lets this person release this product on this day (R12), if there is one."""
    rows = await sql.fetch_as(AuthorisationRow, f"{AUTHORISATION} WHERE r.account = $1 ORDER BY r.id", account_id)
    return next((row for row in rows if row.in_force(product, day)), None)


@dataclass(frozen=True, slots=True)
class BadgeRow:
    id: int
    number: str
    username: str
    name: str
    issued_at: datetime
    has_pin: bool
    revoked_at: datetime | None


BADGE = (
    "SELECT b.id, b.number, a.username, a.name, b.issued_at, b.pin_hash IS NOT NULL AS has_pin, b.revoked_at"
    " FROM badge b JOIN account a ON a.id = b.account"
)


async def badges() -> list[BadgeRow]:
    return await sql.fetch_as(BadgeRow, f"{BADGE} ORDER BY b.revoked_at IS NOT NULL, b.id DESC")


async def badges_of(username: str) -> list[BadgeRow]:
    return await sql.fetch_as(BadgeRow, f"{BADGE} WHERE a.username = $1 ORDER BY b.id DESC", username)
