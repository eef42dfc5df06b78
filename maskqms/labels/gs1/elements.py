"""One element: an application identifier with its value, and the rules a value must keep by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.labels.gs1 import dates
from maskqms.labels.gs1.ais import IDENTIFIERS, Identifier, Part
from maskqms.labels.gs1.keys import check_digit, check_digit_is_right

CSET_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CSET_82 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_")
_CSETS = {"N": frozenset("0123456789"), "X": CSET_82, "Y": CSET_39}


@dataclass(frozen=True, slots=True)
class Element:
    """`Element("10", "L2411A01")`: one thing said about the item."""

    ai: str
    value: str

    @property
    def hri(self) -> str:
        """As people read it under a symbol; the brackets are never encoded."""
        return f"({self.ai}){self.value}"


def value_of(elements: Sequence[Element], ai: str) -> str | None:
    """The value of the first element with this identifier."""
    return next((element.value for element in elements if element.ai == ai), None)


def value_blockers(element: Element) -> list[Reason]:
    """Everything wrong with the value of one element, whatever stands beside it."""
    return list(_judged(element))


@lru_cache(maxsize=4096)
def _judged(element: Element) -> tuple[Reason, ...]:
    # A print run says most elements again on every label.
    return tuple(_value_blockers(element))


def _value_blockers(element: Element) -> list[Reason]:
    known = IDENTIFIERS.get(element.ai)
    if known is None:
        text = _("({ai}) is not a GS1 application identifier that may be used here", ai=element.ai)
        return [Reason("gs1.unknown_identifier", text)]
    reasons = list(_character_blockers(element, known))
    if not known.shortest <= len(element.value) <= known.longest:
        text = _(
            "({ai}) {title} has {n} characters, its form is {form}: {value}",
            ai=element.ai,
            title=known.title,
            n=len(element.value),
            form=known.form,
            value=element.value or "-",
        )
        return [*reasons, Reason("gs1.length", text)]
    if not reasons:
        for part, piece in _pieces(known, element.value):
            reasons += _meaning_blockers(element, part, piece)
    return reasons


def _pieces(known: Identifier, value: str) -> Iterator[tuple[Part, str]]:
    at = 0
    for part in known.parts:
        piece = value[at : at + part.longest]
        at += len(piece)
        yield part, piece


def _character_blockers(element: Element, known: Identifier) -> Iterator[Reason]:
    wrong = {c: part.kind for part, piece in _pieces(known, element.value) for c in piece if c not in _CSETS[part.kind]}
    if not wrong:
        return
    shown = " ".join("␣" if c == " " else c if c.isprintable() else f"U+{ord(c):04X}" for c in wrong)
    facts = {"ai": element.ai, "title": known.title, "value": element.value, "wrong": shown}
    if set(wrong.values()) == {"N"}:
        yield Reason("gs1.digits", _("({ai}) {title} takes digits only, not {wrong}: {value}", **facts))
    else:
        text = _("({ai}) {title} cannot carry {wrong}: {value}", **facts)
        remedy = _("Use Latin letters, digits and the signs GS1 allows; no spaces and no Chinese.")
        yield Reason("gs1.characters", text, remedy)


def _meaning_blockers(element: Element, part: Part, piece: str) -> list[Reason]:
    if not piece or part.meaning is None:
        return []
    code, text = _WRONG[part.meaning](element, piece)
    return [] if text is None else [Reason(code, text)]


def _check(element: Element, piece: str) -> tuple[str, Text | None]:
    if check_digit_is_right(piece):
        return "", None
    right = check_digit(piece[:-1])
    text = _("The check digit of ({ai}) {value} is wrong, it would be {right}", ai=element.ai, value=piece, right=right)
    return "gs1.check_digit", text


def _date(element: Element, piece: str) -> tuple[str, Text | None]:
    if piece.endswith("00"):
        text = _("({ai}) {value} names no day; on medical goods the day must be real", ai=element.ai, value=piece)
        return "gs1.date_without_day", text
    if not dates.is_real_day(piece):
        return "gs1.date", _("({ai}) {value} is not a day: YYMMDD", ai=element.ai, value=piece)
    return "", None


def _plain(code: str, sentence: Text, good: bool) -> tuple[str, Text | None]:
    return code, None if good else sentence


def _positive(element: Element, piece: str) -> tuple[str, Text | None]:
    text = _("A dimension in ({ai}) {value} is zero", ai=element.ai, value=element.value)
    return _plain("gs1.zero", text, int(piece) > 0)


def _winding(element: Element, piece: str) -> tuple[str, Text | None]:
    text = _("The winding direction in ({ai}) {value} is 0, 1 or 9", ai=element.ai, value=element.value)
    return _plain("gs1.winding", text, piece in "019")


def _zero(element: Element, piece: str) -> tuple[str, Text | None]:
    text = _("({ai}) {value} begins with 0", ai=element.ai, value=element.value)
    return _plain("gs1.leading_zero", text, piece == "0")


def _time(element: Element, piece: str) -> tuple[str, Text | None]:
    text = _("({ai}) {value} ends in no time of day: HHMM", ai=element.ai, value=element.value)
    return _plain("gs1.time", text, int(piece[:2]) < 24 and int(piece[2:]) < 60)


def _piece(element: Element, piece: str) -> tuple[str, Text | None]:
    number, total = int(piece[:2]), int(piece[2:])
    facts = {"ai": element.ai, "value": element.value, "number": number, "total": total}
    text = _("({ai}) {value} says piece {number} of {total}", **facts)
    return _plain("gs1.piece", text, 1 <= number <= total)


_WRONG = {
    "check": _check,
    "date": _date,
    "positive": _positive,
    "winding": _winding,
    "zero": _zero,
    "time": _time,
    "piece": _piece,
}
