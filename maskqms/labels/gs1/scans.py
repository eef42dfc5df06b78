"""What a scanner sends, or a person types, as GS1 elements.

Only symbols that say they are GS1 (`]C1`, `]d2`, `]Q3`, `]e0`) are read as such; a plain symbol with the same
characters is refused by name, because another reader would not see GS1 in it. Without an identifier the scanner is
trusted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.labels.gs1.ais import PREDEFINED, starts
from maskqms.labels.gs1.elements import Element, value_blockers
from maskqms.labels.gs1.pairing import Carrier, blockers
from maskqms.labels.gs1.strings import GS

GS1_SYMBOLOGIES = {"]C1": "GS1-128", "]d2": "GS1 DataMatrix", "]Q3": "GS1 QR", "]e0": "GS1 DataBar"}
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_TYPED = re.compile(r"\((\d{2,4})\)")


@dataclass(frozen=True, slots=True)
class Scan:
    """One symbol as read: the identifier the scanner sent, if it sent one, and the elements in their order."""

    symbology: str | None
    elements: tuple[Element, ...]

    @property
    def values(self) -> dict[str, str]:
        """By identifier, as a look-up of units wants them: `{"01": ..., "21": ...}`."""
        return {element.ai: element.value for element in self.elements}


def parse(scanned: str, *, beside: Sequence[Carrier] = (), paired: bool = True) -> Scan:
    """The elements of one scan, refused with everything that is wrong with it.

    `beside` holds what was already scanned on the same item. With `paired=False` the rules about what must stand
    together wait until all symbols of the item were read.
    """
    scan, reasons = read(scanned)
    if paired:
        reasons += [reason for reason in blockers(scan.elements, *beside) if reason not in reasons]
    refuse(_("This code cannot be used"), reasons)
    return scan


def read(scanned: str) -> tuple[Scan, list[Reason]]:
    """As much as can be read, and everything wrong with each element by itself."""
    found = _IDENTIFIER.match(scanned)
    symbology = found.group() if found else None
    data = scanned[found.end() :] if found else scanned
    reasons = []
    if symbology is not None and symbology not in GS1_SYMBOLOGIES:
        text = _("The symbol {identifier} is not a GS1 symbol", identifier=symbology)
        reasons.append(Reason("gs1.symbology", text, _("Scan a GS1-128, a GS1 DataMatrix or a GS1 QR code.")))
    split = _typed if symbology is None and data.startswith("(") else _split
    elements, faults = split(data.removesuffix("\n").removesuffix("\r"))
    reasons += faults
    for element in elements:
        reasons += value_blockers(element)
    return Scan(symbology, tuple(elements)), reasons


def _split(data: str) -> tuple[list[Element], list[Reason]]:
    elements: list[Element] = []
    reasons: list[Reason] = []
    # Some scanners send the leading FNC1 as GS too, and some symbols close with one.
    rest = data.removeprefix(GS)
    if not rest.strip(GS):
        return [], [Reason("gs1.empty", _("The code holds no GS1 data"))]
    while rest:
        known = starts(rest)
        if known is None:
            text = _("No GS1 application identifier begins {data}", data=rest.replace(GS, "<GS>"))
            reasons.append(Reason("gs1.unknown_identifier", text))
            break
        if known.predefined:
            length = PREDEFINED[rest[:2]]
            field, rest = rest[:length], rest[length:].removeprefix(GS)
            field, cut, tail = field.partition(GS)
            rest = tail + rest if cut else rest
        else:
            field, _sign, rest = rest.partition(GS)
        elements.append(Element(known.ai, field[len(known.ai) :]))
    return elements, reasons


def _typed(data: str) -> tuple[list[Element], list[Reason]]:
    """Typed from the line under the symbol. A value may hold brackets itself: only `(digits)` begins an element."""
    marks = list(_TYPED.finditer(data))
    if not marks or marks[0].start() != 0:
        return [], [Reason("gs1.unknown_identifier", _("No GS1 application identifier begins {data}", data=data))]
    ends = [mark.start() for mark in marks[1:]] + [len(data)]
    return [Element(m.group(1), data[m.end() : end]) for m, end in zip(marks, ends, strict=True)], []
