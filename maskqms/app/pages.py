"""What the pages of the whole show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.accounts.queries import AuthorisationRow
from maskqms.web.forms import Form
from maskqms.web.parts import Option


@dataclass(frozen=True, slots=True)
class AuthorisationsPage:
    rows: Sequence[AuthorisationRow]
    day: date
    form: Form[Any]
    people: Sequence[Option]
    products: Sequence[Option]
