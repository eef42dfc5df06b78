"""The form with which something is taken out of stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.materials.rules.stock import GOODS, KINDS
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import plain
from maskqms.trace.states import UnitKind
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option

PAGES = {UnitKind.LOT: "/lots/"}


@dataclass(frozen=True, slots=True)
class TakePage:
    unit: UnitRow
    kinds: Sequence[Option]
    whole: bool
    href: str
    form: Form[Any]


def take_page(unit: UnitRow, form: Form[Any] | None = None) -> TakePage:
    whole = unit.kind in GOODS
    return TakePage(
        unit=unit,
        kinds=[Option(str(kind), kind.label) for kind in KINDS.get(unit.kind, ())],
        whole=whole,
        href=page_of(unit),
        form=form or blank(unit=unit.code, quantity=plain(unit.quantity) if whole else None),
    )


def page_of(unit: UnitRow) -> str:
    return f"{PAGES.get(unit.kind, '/units/')}{unit.code}"
