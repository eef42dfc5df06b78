"""Element strings: the characters inside a GS1 symbol, and the line under it that people read.

Elements of pre-defined length go first, so that only variable ones need FNC1 behind them, and the last needs none.
In memory FNC1 is `GS` (ASCII 29), which is also what a scanner sends for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.labels.gs1.ais import IDENTIFIERS
from maskqms.labels.gs1.elements import Element
from maskqms.labels.gs1.pairing import Carrier, blockers

GS = "\x1d"


def in_order(elements: Sequence[Element]) -> tuple[Element, ...]:
    """Pre-defined lengths first, otherwise as given."""
    return tuple(sorted(elements, key=lambda element: not IDENTIFIERS[element.ai].predefined))


def element_string(elements: Sequence[Element], *, beside: Sequence[Carrier] = (), fnc1: str = GS) -> str:
    """The characters to encode after the leading FNC1. `beside` holds what other carriers on the same item say."""
    refuse(_("This cannot be marked on the item"), blockers(elements, *beside))
    return joined(elements, fnc1=fnc1)


def joined(elements: Sequence[Element], *, fnc1: str = GS) -> str:
    """The same without judging, for elements that were judged together with the rest of the item."""
    ordered = in_order(elements)
    return "".join(
        element.ai + element.value + ("" if last or IDENTIFIERS[element.ai].predefined else fnc1)
        for element, last in zip(ordered, [False] * (len(ordered) - 1) + [True], strict=True)
    )


def hri(elements: Sequence[Element]) -> str:
    """`(01)06901234567892(17)271130(10)L2411A01`, in the order in which it is encoded."""
    return "".join(element.hri for element in in_order(elements))
