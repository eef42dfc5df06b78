"""States with their words and tone, and the moves allowed between them.

A state is a code for the database, a label for people and a tone that templates turn into icon and colour; a workflow
is a table of pairs. Nothing reaches a state by editing a field (R1, R3).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Self

from maskqms.errors import IllegalMove, Reason
from maskqms.i18n import Text, _


class Tone(StrEnum):
    """How a state feels to the person who sees it; never shown by colour alone."""

    OK = "ok"
    WAIT = "wait"
    STOP = "stop"
    HELD = "held"
    INFO = "info"
    NEUTRAL = "neutral"


UNNAMED = Text("")


class State(StrEnum):
    """A coded word: `RELEASED = "released", _("Released"), Tone.OK`."""

    label: Text
    tone: Tone

    def __new__(cls, code: str, label: Text = UNNAMED, tone: Tone = Tone.NEUTRAL) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.tone = tone
        return member


def check_in(column: str, states: type[Enum]) -> str:
    """The SQL of a CHECK that keeps a column inside an enum (Piccolo's `choices` are not enforced)."""
    return f"{column} IN ({', '.join(repr(str(member.value)) for member in states)})"


class Workflow:
    """The moves that exist. Everything else is refused, by page, API and command alike."""

    def __init__(self, *pairs: tuple[State, State]) -> None:
        self.pairs = frozenset(pairs)

    def blockers(self, current: State, wanted: State) -> list[Reason]:
        if (current, wanted) in self.pairs:
            return []
        return [
            Reason(
                "state.move",
                _("It is {current}; from there it cannot become {wanted}.", current=current.label, wanted=wanted.label),
                None,
            )
        ]

    def check(self, current: State, wanted: State) -> None:
        if reasons := self.blockers(current, wanted):
            raise IllegalMove(_("This step is not possible now"), reasons)

    def after(self, current: State) -> Iterable[State]:
        return [to for frm, to in self.pairs if frm == current]
