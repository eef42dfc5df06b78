"""What the pages of the whole show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.accounts.queries import AuthorisationRow
from maskqms.accounts.signing import content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import _
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Option, Shown


@dataclass(frozen=True, slots=True)
class AuthorisationLine:
    """An authorisation, and what its revocation would sign while there is something to revoke."""

    row: AuthorisationRow
    shown: Shown | None


def authorisation_lines(rows: Sequence[AuthorisationRow], day: date, actor: Actor) -> list[AuthorisationLine]:
    """Quality takes an authorisation back while it is, or will be, in force."""
    quality = actor.has(Role.QUALITY)
    return [
        AuthorisationLine(row, _shown(row) if quality and row.revoked_at is None and row.valid_until >= day else None)
        for row in rows
    ]


def _shown(row: AuthorisationRow) -> Shown:
    facts = [
        Fact(_("Person"), f"{row.name} ({row.username})"),
        Fact(_("Products"), ", ".join(row.products)),
        Fact(_("From"), row.valid_from),
        Fact(_("Until"), row.valid_until),
    ]
    return Shown(facts, content_digest(row.content))


@dataclass(frozen=True, slots=True)
class AuthorisationsPage:
    lines: Sequence[AuthorisationLine]
    day: date
    form: Form[Any]
    people: Sequence[Option]
    products: Sequence[Option]
    may_grant: bool
