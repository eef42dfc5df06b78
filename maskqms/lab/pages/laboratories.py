"""The register of outside laboratories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.actor import Actor, Role
from maskqms.lab.queries.measuring import LaboratoryRow
from maskqms.web.forms import Form, blank


@dataclass(frozen=True, slots=True)
class LaboratoriesPage:
    """All laboratories, the qualified ones first, and the form that adds one."""

    laboratories: Sequence[LaboratoryRow]
    today: date
    may_keep: bool
    form: Form[Any]
    change_form: Form[Any]


def laboratories_page(
    rows: Sequence[LaboratoryRow],
    today: date,
    actor: Actor,
    form: Form[Any] | None = None,
    change_form: Form[Any] | None = None,
) -> LaboratoriesPage:
    return LaboratoriesPage(rows, today, actor.has(Role.QUALITY), form or blank(), change_form or blank())
