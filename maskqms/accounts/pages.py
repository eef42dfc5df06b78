"""What the pages about people show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maskqms.accounts.queries import AccountRow, BadgeRow, SignatureRow
from maskqms.errors import Reason
from maskqms.i18n import Text
from maskqms.web.forms import Form
from maskqms.web.parts import Option, SignatureLine, Words


def signature_line(row: SignatureRow, *, void: bool = False, meaning: Words | None = None) -> SignatureLine:
    """A signature for the page of what was signed; `void` when the content is another by now (R21)."""
    return SignatureLine(row.name, row.role_names, meaning or row.meaning.label, row.at, row.digest, void, row.username)


@dataclass(frozen=True, slots=True)
class SignInPage:
    form: Form[Any]
    next: str
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class StationSignInPage:
    form: Form[Any]
    next: str
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class PasswordPage:
    form: Form[Any]
    shortest: int
    due: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account, with the badges that still open something."""

    person: AccountRow
    badges: Sequence[BadgeRow]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class BadgesPage:
    badges: Sequence[BadgeRow]
    may_issue: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    people: Sequence[AccountRow]
    at: datetime


@dataclass(frozen=True, slots=True)
class NewPersonPage:
    form: Form[Any]
    roles: Sequence[Option]
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: AccountRow
    locked: bool
    roles: Sequence[Option]
    form: Form[Any]
    badges: Sequence[BadgeRow]
    handed_over: Text | None = None
    secret: str | None = None
    history: str = field(default="")
