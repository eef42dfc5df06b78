"""The numbers a product is sold under: GTIN-13 on the box, GTIN-14 on the carton.

Labels draw and read every GS1 key; they stand above products, which need no more than the check digit of these two.
"""

from __future__ import annotations

from maskqms.errors import Reason
from maskqms.i18n import _

CARTON_INDICATOR = 1
"""The digit in front of the box's GTIN that makes the carton's; freely chosen, 1 to 8."""


def check_digit(body: str) -> str:
    """Weights 3 and 1 from the right, to the next ten."""
    return str(-sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body))) % 10)


def gtin_blockers(gtin: str, digits: int) -> list[Reason]:
    """What is wrong with a GTIN of that length; one reason, the first that makes the others idle."""
    if not (gtin.isascii() and gtin.isdigit()) or len(gtin) != digits:
        return [Reason("gtin.digits", _("{gtin} is not a GTIN of {digits} digits.", gtin=gtin, digits=digits))]
    right = check_digit(gtin[:-1])
    if right != gtin[-1]:
        text = _("The check digit of GTIN {gtin} is wrong; it would be {right}.", gtin=gtin, right=right)
        return [Reason("gtin.check_digit", text, _("Compare the number with the registered one."))]
    return []


def carton_gtin(gtin: str) -> str:
    """The GTIN-14 of a carton of these boxes."""
    body = f"{CARTON_INDICATOR}{gtin[:12]}"
    return body + check_digit(body)
