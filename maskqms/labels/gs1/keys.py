"""GS1 keys: the check digit, and building a GTIN-14 or an SSCC from what the factory was given by GS1.

A key is built from its parts and never typed with its check digit guessed: a wrong part is refused, not repaired.
"""

from __future__ import annotations

from maskqms.errors import Reason, refuse
from maskqms.i18n import _

_DIGITS = frozenset("0123456789")


def is_digits(text: str) -> bool:
    """ASCII digits only: `str.isdigit` also takes full-width ones, which no scanner sends."""
    return bool(text) and _DIGITS.issuperset(text)


def check_digit(body: str) -> str:
    """Weights 3 and 1 from the right, to the next ten: GTIN-8/12/13/14, SSCC, GLN, GSIN alike."""
    return str(-(3 * sum(map(int, body[-1::-2])) + sum(map(int, body[-2::-2]))) % 10)


def check_digit_is_right(key: str) -> bool:
    return check_digit(key[:-1]) == key[-1]


def gtin_blockers(gtin: str) -> list[Reason]:
    """Everything wrong with a GTIN of 8, 12, 13 or 14 digits."""
    if not is_digits(gtin):
        return [Reason("gtin.digits", _("A GTIN has digits only: {gtin}", gtin=gtin or "-"))]
    if len(gtin) not in (8, 12, 13, 14):
        return [Reason("gtin.length", _("A GTIN has 8, 12, 13 or 14 digits, {gtin} has {n}", gtin=gtin, n=len(gtin)))]
    if not check_digit_is_right(gtin):
        right = check_digit(gtin[:-1])
        text = _("The check digit of GTIN {gtin} is wrong, it would be {right}", gtin=gtin, right=right)
        return [Reason("gtin.check_digit", text, _("Compare the number with the registered one."))]
    return []


def as_gtin14(gtin: str) -> str:
    """The fourteen digits that (01) carries: a shorter GTIN is padded with zeros on the left."""
    refuse(_("Not a GTIN"), gtin_blockers(gtin))
    return gtin.zfill(14)


def gtin14(gtin13: str, indicator: int) -> str:
    """The GTIN of a higher packing level: indicator 1 to 8 in front of the GTIN-13 of the item inside."""
    reasons = []
    if not is_digits(gtin13) or len(gtin13) != 13:
        reasons.append(Reason("gtin.length", _("A GTIN-13 has 13 digits: {gtin}", gtin=gtin13 or "-")))
    else:
        reasons += gtin_blockers(gtin13)
    if not 1 <= indicator <= 8:
        text = _("The indicator of a packing level is 1 to 8, not {indicator}", indicator=indicator)
        reasons.append(Reason("gtin.indicator", text, _("9 is for goods of variable measure, 0 is the item itself.")))
    refuse(_("No GTIN-14 was built"), reasons)
    body = f"{indicator}{gtin13[:12]}"
    return body + check_digit(body)


def prefix_blockers(company_prefix: str) -> list[Reason]:
    """What is wrong with a GS1 company prefix; those of China (690 to 699) have seven to ten digits."""
    if not is_digits(company_prefix):
        return [Reason("gs1.company_prefix", _("A GS1 company prefix has digits only: {p}", p=company_prefix or "-"))]
    shortest, longest = (7, 10) if company_prefix.startswith("69") else (6, 12)
    if not shortest <= len(company_prefix) <= longest:
        text = _(
            "The GS1 company prefix {p} has {n} digits; it should have {shortest} to {longest}",
            p=company_prefix,
            n=len(company_prefix),
            shortest=shortest,
            longest=longest,
        )
        return [Reason("gs1.company_prefix", text)]
    return []


def sscc(extension: int, company_prefix: str, serial: int) -> str:
    """The number of one logistic unit. The serial fills the room the company prefix leaves; it is never used again."""
    reasons = prefix_blockers(company_prefix)
    if not 0 <= extension <= 9:
        reasons.append(Reason("sscc.extension", _("The extension digit is 0 to 9, not {n}", n=extension)))
    room = 16 - len(company_prefix)
    if serial < 0 or len(str(serial)) > room:
        text = _("Serial {serial} does not fit in the {room} digits left for it", serial=serial, room=max(room, 0))
        reasons.append(Reason("sscc.serial", text, _("Use the next extension digit, or a further company prefix.")))
    refuse(_("No SSCC was built"), reasons)
    body = f"{extension}{company_prefix}{serial:0{room}d}"
    return body + check_digit(body)
