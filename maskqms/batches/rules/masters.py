"""Master records: what a version must say, and who may put it in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.trace.states import measure_word

PER = Decimal(1000)
"""Bills say what a thousand pieces need."""


@dataclass(frozen=True, slots=True)
class BillItem:
    """One material of the bill. Used may be more than theory by `loss_percent`, less by `short_percent`; quantities
    are in the unit in which the material is kept (m, kg, piece)."""

    material: str
    name: str
    quantity_per_1000: Decimal
    unit: str
    loss_percent: Decimal
    short_percent: Decimal = Decimal(0)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """From the JSON in which a master record or a snapshot keeps it."""
        return cls(
            material=facts["material"],
            name=facts["name"],
            quantity_per_1000=Decimal(str(facts["quantity_per_1000"])),
            unit=facts["unit"],
            loss_percent=Decimal(str(facts["loss_percent"])),
            short_percent=Decimal(str(facts.get("short_percent", 0))),
        )

    def needed(self, pieces: Decimal) -> Decimal:
        return self.quantity_per_1000 * pieces / PER

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Step:
    """A named step of the route, in its order."""

    code: str
    name: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def bill_of(facts: Sequence[Mapping[str, Any]]) -> tuple[BillItem, ...]:
    return tuple(BillItem.of(item) for item in facts)


def master_blockers(
    bill: Sequence[BillItem], route: Sequence[Step], lines: Sequence[str], yield_from: Decimal, piece_tolerance: int
) -> list[Reason]:
    """What keeps a version from being a master record at all."""
    reasons = []
    if not bill:
        reasons.append(
            Reason("master.no-bill", _("The bill of materials is empty."), _("Add every material of the mask."))
        )
    if not route:
        reasons.append(Reason("master.no-route", _("The route has no step.")))
    if not lines:
        reasons.append(Reason("master.no-line", _("No line is named on which this may be made.")))
    seen: set[str] = set()
    for item in bill:
        if item.material in seen:
            reasons.append(Reason("master.twice", _("{material} stands twice in the bill.", material=item.material)))
        seen.add(item.material)
        if item.quantity_per_1000 <= 0:
            text = _("{material} needs a quantity for 1000 pieces.", material=item.material)
            reasons.append(Reason("master.quantity", text))
        if not (0 <= item.loss_percent <= 100 and 0 <= item.short_percent <= 100):
            text = _("The allowed loss of {material} is between 0 and 100 %.", material=item.material)
            reasons.append(Reason("master.loss", text))
    if len({step.code for step in route}) < len(route):
        reasons.append(Reason("master.step-twice", _("A step stands twice in the route.")))
    if not 0 <= yield_from <= 1:
        reasons.append(Reason("master.yield", _("The least yield is a share between 0 and 100 %.")))
    if piece_tolerance < 0:
        reasons.append(Reason("master.tolerance", _("The allowed difference of the count is not below zero.")))
    return reasons


def material_blockers(bill: Sequence[BillItem], known: Mapping[str, str]) -> list[Reason]:
    """Every item is a known material, counted in the unit in which it is kept. `known` maps codes to units."""
    reasons = []
    for item in bill:
        unit = known.get(item.material)
        if unit is None:
            text = _("There is no material {material}.", material=item.material)
            reasons.append(Reason("master.unknown_material", text, _("Enter the material first.")))
        elif unit != item.unit:
            text = _(
                "{material} is kept in {unit}, the bill counts it in {wanted}.",
                material=item.material,
                unit=measure_word(unit),
                wanted=measure_word(item.unit),
            )
            reasons.append(Reason("master.unit", text))
    return reasons


def other_person_blockers(author: int, account: int | None, author_name: str) -> list[Reason]:
    """Nobody puts in force what they wrote themselves."""
    if author != account:
        return []
    return [
        Reason(
            "master.own-draft",
            _("{name} wrote this version; another person of quality approves it.", name=author_name),
            _("Ask somebody else of quality."),
        )
    ]
