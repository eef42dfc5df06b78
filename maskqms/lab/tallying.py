"""The running count of an attribute inspection: pieces looked at, pieces with a defect, against Ac and Re. Pure.

A piece counts once however many defects it has; what was taken back does not count and stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.plan import Tally
from maskqms.lab.states import DefectClass
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Entry:
    """So many good pieces from `piece` on, or one defect on that piece."""

    id: int
    piece: int
    pieces: int
    defect_class: DefectClass | None
    defect: str | None
    analyst_name: str
    at: datetime
    undone: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """What the entries say together."""

    inspected: int
    nonconforming: int
    by_class: dict[DefectClass, int]
    next_piece: int

    def decided(self, plan: Tally) -> bool:
        """Too many are found, or all were looked at."""
        return self.nonconforming >= plan.re or self.inspected >= plan.n

    def stands(self, plan: Tally) -> tuple[Text, Tone]:
        """One sentence: how the count stands against the plan."""
        left = plan.n - self.inspected
        if self.nonconforming >= plan.re:
            return _("{count} nonconforming: Re {re} is reached.", count=self.nonconforming, re=plan.re), Tone.STOP
        if left > 0:
            return _("{left} pieces are still to be looked at.", left=left), Tone.WAIT
        return _("{count} nonconforming, Ac {ac} is kept.", count=self.nonconforming, ac=plan.ac), Tone.OK


def count(entries: Sequence[Entry]) -> Count:
    """The count over what was not taken back."""
    live = [entry for entry in entries if entry.undone is None]
    good = sum(entry.pieces for entry in live if entry.defect_class is None)
    bad = {entry.piece for entry in live if entry.defect_class is not None}
    by_class = {one: sum(entry.defect_class is one for entry in live) for one in DefectClass}
    return Count(good + len(bad), len(bad), by_class, max((e.piece + e.pieces for e in entries), default=1))


def last_bad(entries: Sequence[Entry]) -> int | None:
    """The piece a further defect can be put on: the last one looked at, when it has a defect."""
    live = [entry for entry in entries if entry.undone is None]
    return live[-1].piece if live and live[-1].defect_class is not None else None


def count_blockers(
    entries: Sequence[Entry], plan: Tally, *, pieces: int, same_piece: bool, has_value: bool
) -> list[Reason]:
    """Why this cannot be counted."""
    reasons = []
    if has_value:
        text = _("The count of this test was entered already.")
        reasons.append(Reason("tally.closed", text, _("Correct the value with a reason.")))
    if pieces < 1:
        reasons.append(Reason("tally.pieces", _("At least one piece is counted.")))
    if same_piece and last_bad(entries) is None:
        text = _("The last piece has no defect that another one could join.")
        reasons.append(Reason("tally.no_piece", text, _("Count it as a new piece.")))
    so_far = count(entries).inspected
    if not same_piece and so_far + pieces > plan.n:
        text = _(
            "{so_far} of {n} pieces were looked at; {more} more are too many.", so_far=so_far, n=plan.n, more=pieces
        )
        reasons.append(Reason("tally.too_many", text, _("Take back what was counted twice.")))
    return reasons


def close_blockers(found: Count, plan: Tally) -> list[Reason]:
    """The count becomes the value when it decides."""
    if found.decided(plan):
        return []
    text = _("{inspected} of {n} pieces were looked at.", inspected=found.inspected, n=plan.n)
    return [Reason("tally.unfinished", text, _("Look at the rest, unless Re is reached before."))]
