"""Switching between normal, tightened, reduced and discontinued inspection (ISO 2859-1, 9.3 and 9.4).

Where a series of lots stands is computed from the lots themselves, in the order in which they were decided, and from
what the responsible authority ruled: no counter is kept that could disagree with the record. Only lots on original
inspection belong here; a lot that is submitted again does not count. What the standard leaves open, and how it is read:

- a lot counts for the run under tightened inspection, and for the switching score, only when it was itself inspected
  by that severity; one not accepted counts whatever its severity was;
- consent to reduced inspection lapses when reduced inspection ends or inspection is tightened: it says that production
  is steady, and that has to be said again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from maskqms.i18n import Text, _
from maskqms.standards.sampling import AQLS, Plan, plan
from maskqms.workflow import State, Tone

WINDOW, REFUSED_IN_WINDOW = 5, 2
ACCEPTED_IN_A_ROW = 5
REFUSED_WHILE_TIGHTENED = 5
ENOUGH_SCORE = 30


class Inspecting(State):
    """How a series of lots is inspected."""

    NORMAL = "normal", _("Normal inspection"), Tone.OK
    TIGHTENED = "tightened", _("Tightened inspection"), Tone.WAIT
    REDUCED = "reduced", _("Reduced inspection"), Tone.INFO
    DISCONTINUED = "discontinued", _("Inspection discontinued"), Tone.STOP


class Ruling(State):
    """What the responsible authority rules."""

    ALLOW_REDUCED = "allow_reduced", _("Allow reduced inspection")
    END_REDUCED = "end_reduced", _("Allow reduced inspection no longer")
    RESUME = "resume", _("Resume under tightened inspection")


class Cause(StrEnum):
    """Why inspection stands where it does."""

    START = "start"
    REFUSED = "refused"
    RECOVERED = "recovered"
    DISCONTINUED = "discontinued"
    RESUMED = "resumed"
    EARNED = "earned"
    LOT = "lot"
    RULED = "ruled"


SENTENCES: Mapping[Cause, Text] = {
    Cause.START: _("normal: every series of lots begins with it"),
    Cause.REFUSED: _("tightened: {refused} of the last {lots} lots not accepted"),
    Cause.RECOVERED: _("normal: {lots} lots in a row accepted under tightened inspection"),
    Cause.DISCONTINUED: _("discontinued: {refused} lots not accepted under tightened inspection"),
    Cause.RESUMED: _("tightened: resumed by quality after the supplier acted"),
    Cause.EARNED: _("reduced: switching score {score}, production steady, allowed by quality"),
    Cause.LOT: _("normal: lot {lot} not accepted under reduced inspection"),
    Cause.RULED: _("normal: quality ended reduced inspection"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """The reason as data, so that it can be kept with a lot and read in any language."""

    cause: Cause = Cause.START
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> Text:
        return Text(SENTENCES[self.cause].message, self.facts)

    def as_json(self) -> dict[str, Any]:
        return {"cause": str(self.cause), "facts": dict(self.facts)}


def why_from(kept: Mapping[str, Any]) -> Why:
    return Why(Cause(kept["cause"]), dict(kept["facts"]))


@dataclass(frozen=True, slots=True)
class Sample:
    """One attribute sample of a lot: its acceptance number, and whether the AQL one step tighter had accepted it."""

    ac: int
    tighter: bool


@dataclass(frozen=True, slots=True)
class DecidedLot:
    """A lot on original inspection, as it was decided."""

    code: str
    accepted: bool
    severity: str = "normal"
    samples: tuple[Sample, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ruled:
    """What quality signed, and when."""

    ruling: Ruling
    at: datetime | None = None


Event = DecidedLot | Ruled


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a series of lots stands. `run`: lots accepted in a row under tightened inspection; `refused`: lots not
    accepted in it; `window`: whether the last lots were accepted, at most five."""

    inspecting: Inspecting = Inspecting.NORMAL
    why: Why = field(default_factory=Why)
    score: int = 0
    allowed: bool = False
    run: int = 0
    refused: int = 0
    window: tuple[bool, ...] = ()

    @property
    def severity(self) -> str:
        """What the next lot is inspected by; discontinued inspection resumes tightened."""
        return "tightened" if self.inspecting is Inspecting.DISCONTINUED else self.inspecting.value


@dataclass(frozen=True, slots=True)
class Step:
    """An event, and where the series stood after it."""

    event: Event
    after: Standing
    switched: bool


def replay(events: Iterable[Event]) -> list[Step]:
    """Every event in its order with the standing after it."""
    standing, steps = Standing(), []
    for event in events:
        after = _lot(standing, event) if isinstance(event, DecidedLot) else _ruled(standing, event.ruling)
        steps.append(Step(event, after, after.inspecting is not standing.inspecting))
        standing = after
    return steps


def standing_after(events: Iterable[Event]) -> Standing:
    steps = replay(events)
    return steps[-1].after if steps else Standing()


def _lot(before: Standing, lot: DecidedLot) -> Standing:
    if before.inspecting is Inspecting.DISCONTINUED:
        return before
    now = replace(before, window=(*before.window, lot.accepted)[-WINDOW:])
    if before.inspecting is Inspecting.TIGHTENED:
        return _tightened(now, lot)
    if before.inspecting is Inspecting.REDUCED:
        return now if lot.accepted else _normal(now, Why(Cause.LOT, {"lot": lot.code}))
    return _reduce(_tighten(replace(now, score=score_after(before.score, lot))))


def _tighten(now: Standing) -> Standing:
    refused = now.window.count(False)
    if refused < REFUSED_IN_WINDOW:
        return now
    return Standing(
        Inspecting.TIGHTENED, Why(Cause.REFUSED, {"refused": refused, "lots": len(now.window)}), window=now.window
    )


def _tightened(now: Standing, lot: DecidedLot) -> Standing:
    own = lot.severity == Inspecting.TIGHTENED
    run = now.run + own if lot.accepted else 0
    refused = now.refused + (own and not lot.accepted)
    if refused >= REFUSED_WHILE_TIGHTENED:
        return Standing(Inspecting.DISCONTINUED, Why(Cause.DISCONTINUED, {"refused": refused}), refused=refused)
    if run >= ACCEPTED_IN_A_ROW:
        return Standing(why=Why(Cause.RECOVERED, {"lots": run}))
    return replace(now, run=run, refused=refused)


def _reduce(now: Standing) -> Standing:
    if now.inspecting is not Inspecting.NORMAL or now.score < ENOUGH_SCORE or not now.allowed:
        return now
    return replace(now, inspecting=Inspecting.REDUCED, why=Why(Cause.EARNED, {"score": now.score}))


def _normal(now: Standing, why: Why) -> Standing:
    """Back from reduced: the score begins again, and the lots of before still count among the last five."""
    return Standing(why=why, window=now.window)


def _ruled(now: Standing, ruling: Ruling) -> Standing:
    if ruling is Ruling.ALLOW_REDUCED:
        return _reduce(replace(now, allowed=True)) if now.inspecting is Inspecting.NORMAL else now
    if ruling is Ruling.RESUME:
        return Standing(Inspecting.TIGHTENED, Why(Cause.RESUMED)) if now.inspecting is Inspecting.DISCONTINUED else now
    if now.inspecting is Inspecting.REDUCED:
        return _normal(now, Why(Cause.RULED))
    return replace(now, allowed=False)


def score_after(score: int, lot: DecidedLot) -> int:
    """The switching score after a lot under normal inspection (9.3.3.2). With several samples the least one gains, and
    one that resets it resets it; a lot without a sampling plan says nothing about it."""
    if lot.severity != Inspecting.NORMAL:
        return score if lot.accepted else 0
    if not lot.accepted or any(sample.ac >= 2 and not sample.tighter for sample in lot.samples):
        return 0
    return score + min((3 if sample.ac >= 2 else 2 for sample in lot.samples), default=0)


def tighter_accepts(lot_size: int, level: str, aql: str, taken: Plan, nonconforming: int) -> bool:
    """Whether the lot had been accepted with the AQL one step tighter. Where that plan needs another sample size the
    count says nothing, and the score begins again: the cautious reading."""
    place = AQLS.index(aql)
    if place == 0:
        return False
    tighter = plan(lot_size, level, AQLS[place - 1])
    return tighter.n == taken.n and tighter.accepts(nonconforming)
