"""Passwords, PINs and authorisations: pure rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maskqms.actor import SIGNING_ROLES, Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import _

PIN_DIGITS = 6
DIGITS = "01234567890"
USERNAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
LONGEST_NAME = 120


def password_blockers(password: str, username: str, shortest: int) -> list[Reason]:
    """Length before cleverness: long, not the name, not one character again and again."""
    reasons = []
    if len(password) < shortest:
        reasons.append(
            Reason(
                "password.short",
                _(
                    "The password has {length} characters; it needs {shortest}.",
                    length=len(password),
                    shortest=shortest,
                ),
                _("A short sentence is easy to remember and long enough."),
            )
        )
    if username and username.lower() in password.lower():
        reasons.append(Reason("password.name", _("The password contains the user name.")))
    if len(set(password)) < 5:
        reasons.append(Reason("password.plain", _("The password repeats the same few characters.")))
    return reasons


def pin_blockers(pin: str) -> list[Reason]:
    """Six digits; not the first that anybody would try."""
    plain = len(pin) == PIN_DIGITS and pin.isascii() and pin.isdecimal()
    if plain and len(set(pin)) >= 3 and pin not in DIGITS and pin not in DIGITS[::-1]:
        return []
    words = _("The PIN needs {digits} digits, at least three of them different, and not in a row.", digits=PIN_DIGITS)
    return [Reason("pin.weak", words)]


def a_year_after(day: date) -> date:
    """The same day of the next year; after a leap day the last of February."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def over_age(set_at: datetime, at: datetime, days: int) -> bool:
    """Whether a password is older than it may become; `days` 0: never."""
    return bool(days) and set_at + timedelta(days=days) < at


def badge_blockers(roles: Collection[Role], *, must_change: bool, aged: bool) -> list[Reason]:
    """A badge is no way around the password: not for who must change it, and not for administrators, who sign nothing
    and need no tablet (R16, R25)."""
    reasons = []
    if must_change or aged:
        due = _("A new password is due: the present one was set by somebody else, or is too old.")
        reasons.append(Reason("badge.password-due", due, _("Sign in with the password at a desk and change it.")))
    if Role.ADMINISTRATOR in roles:
        desk = _("Administrators do not sign in with a badge (R16).")
        reasons.append(Reason("badge.administrator", desk, _("Sign in with the password at a desk.")))
    return reasons


def name_blockers(username: str, name: str) -> list[Reason]:
    """A user name of plain letters: no two that look alike; a printed name that stands on signatures (R19)."""
    reasons = []
    if not USERNAME.fullmatch(username):
        words = _("A user name is 2 to 60 small letters, digits and _, beginning with a letter.")
        reasons.append(Reason("account.username", words))
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        reasons.append(Reason("account.name", _("The printed name needs 1 to {most} characters.", most=LONGEST_NAME)))
    return reasons


def role_blockers(roles: Collection[Role]) -> list[Reason]:
    """Some role; administrators and regulators have no other, so nothing brings a right to sign back (R16, R18)."""
    if not roles:
        return [Reason("account.no-role", _("The account has no role."))]
    if len(roles) > 1 and not SIGNING_ROLES.issuperset(roles):
        words = _("Administrators and regulators sign nothing and hold no other role (R16, R18).")
        return [Reason("account.role-alone", words, _("Make a second account for the other work."))]
    return []


def post_blockers(*, heads_production: bool, heads_quality: bool, holds_authorisation: bool) -> list[Reason]:
    """The head of production is neither head of quality nor a releaser (R13)."""
    reasons = []
    if heads_production and heads_quality:
        reasons.append(
            Reason("account.both-heads", _("Nobody is head of production and head of quality at the same time (R13)."))
        )
    if heads_production and holds_authorisation:
        reasons.append(
            Reason(
                "account.head-releases",
                _("The head of production cannot hold a release authorisation (R13)."),
                _("Revoke the authorisation first, or name another head of production."),
            )
        )
    return reasons


@dataclass(frozen=True, slots=True)
class Grantee:
    """What a grant asks about the person it is for."""

    account_id: int
    name: str
    active: bool
    roles: Sequence[str]
    heads_production: bool


def grant_blockers(
    grantor: Actor, to: Grantee, products: Sequence[str], unknown: Sequence[str], days: tuple[date, date], today: date
) -> list[Reason]:
    """Quality grants release authorisations, never to oneself (R15), never to the head of production (R13)."""
    reasons = grantor.lacks(Role.QUALITY)
    if grantor.account_id == to.account_id:
        reasons.append(
            Reason(
                "authorisation.oneself",
                _("Nobody grants an authorisation to oneself."),
                _("Ask another person of quality."),
            )
        )
    if not to.active:
        reasons.append(Reason("authorisation.inactive", _("{name}'s account is not active.", name=to.name)))
    if to.heads_production:
        reasons.append(
            Reason(
                "account.head-releases",
                _("The head of production cannot hold a release authorisation (R13)."),
            )
        )
    if set(to.roles) <= {Role.ADMINISTRATOR, Role.REGULATOR}:
        reasons.append(
            Reason(
                "authorisation.not-signing",
                _("{name} holds no role that signs: administrators and regulators sign nothing (R16).", name=to.name),
            )
        )
    if not products:
        reasons.append(Reason("authorisation.no-product", _("The authorisation names no product.")))
    reasons += [
        Reason("authorisation.unknown-product", _("There is no product {code}.", code=code)) for code in unknown
    ]
    if days[1] < days[0]:
        reasons.append(Reason("authorisation.dates", _("The authorisation ends before it begins.")))
    elif days[1] < today:
        reasons.append(Reason("authorisation.over", _("The authorisation is over before it is given.")))
    return reasons
