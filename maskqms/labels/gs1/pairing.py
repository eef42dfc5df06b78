"""Which elements belong together, judged over everything that is marked on one item.

A carton may say its GTIN and lot in one symbol and its SSCC in another: each symbol alone can look wrong, and two right
symbols can contradict each other. So the judge is given all carriers of the item at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.labels.gs1.ais import IDENTIFIERS, fits
from maskqms.labels.gs1.elements import Element, value_blockers

Carrier = Sequence[Element]


def blockers(*carriers: Carrier) -> list[Reason]:
    """Everything that forbids marking one item with these carriers: the values, then what stands together."""
    reasons: list[Reason] = []
    for element in _distinct(carriers):
        reasons += value_blockers(element)
    for carrier in carriers:
        reasons += _repeated(carrier)
    return reasons + pairing_blockers(*carriers)


def pairing_blockers(*carriers: Carrier) -> list[Reason]:
    """What is missing beside, contradicts or must not stand beside something else on the item."""
    elements = _distinct(carriers)
    present = list(dict.fromkeys(element.ai for element in elements))
    reasons = list(_contradictions(elements))
    for ai in present:
        known = IDENTIFIERS.get(ai)
        if known is None:
            continue
        for group in known.needs:
            if not any(fits(pattern, other) for pattern in group for other in present):
                facts = {"ai": ai, "title": known.title, "others": _list(group)}
                reasons.append(Reason("gs1.needs", _("({ai}) {title} is only allowed together with {others}", **facts)))
    return [*reasons, *_excluded(present), *_variable_measure(elements)]


def _distinct(carriers: Sequence[Carrier]) -> list[Element]:
    return list(dict.fromkeys(element for carrier in carriers for element in carrier))


def _list(patterns: Sequence[str]) -> str:
    return " / ".join(f"({pattern})" for pattern in patterns)


def _repeated(carrier: Carrier) -> Iterator[Reason]:
    present = [element.ai for element in carrier]
    for ai in dict.fromkeys(present):
        if present.count(ai) > 1:
            yield Reason("gs1.repeated", _("({ai}) stands more than once in one symbol", ai=ai))


def _contradictions(elements: Sequence[Element]) -> Iterator[Reason]:
    values: dict[str, list[str]] = {}
    for element in elements:
        values.setdefault(element.ai, []).append(element.value)
    for ai, said in values.items():
        if len(said) > 1:
            text = _("({ai}) has different values on the same item: {values}", ai=ai, values=", ".join(said))
            yield Reason("gs1.contradiction", text)


def _excluded(present: Sequence[str]) -> Iterator[Reason]:
    seen = set()
    for ai in present:
        for pattern in IDENTIFIERS[ai].never if ai in IDENTIFIERS else ():
            for other in present:
                pair = frozenset((ai, other))
                if other == ai or pair in seen or not fits(pattern, other):
                    continue
                seen.add(pair)
                text = _("({ai}) and ({other}) never stand on the same item", ai=ai, other=other)
                yield Reason("gs1.never_with", text)


def _variable_measure(elements: Sequence[Element]) -> Iterator[Reason]:
    """(30) counts pieces of goods of variable measure only; those have the indicator 9."""
    counted = any(element.ai == "30" for element in elements)
    for element in elements:
        if counted and element.ai in ("01", "02") and not element.value.startswith("9"):
            text = _("(30) counts goods of variable measure; GTIN {gtin} does not begin with 9", gtin=element.value)
            remedy = _("The number of items in a logistic unit is (37), beside (00) and (02).")
            yield Reason("gs1.fixed_measure", text, remedy)
