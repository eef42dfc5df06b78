"""Switching against a second, naive reading of the rules' text, and every switch with its sentence."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from maskqms.standards.sampling import plan
from maskqms.standards.switching import (
    Cause,
    DecidedLot,
    Event,
    Inspecting,
    Ruled,
    Ruling,
    Sample,
    replay,
    score_after,
    standing_after,
    tighter_accepts,
    why_from,
)

LITTLE, MUCH = (Sample(0, False),), (Sample(3, True),)


def naive(history: Sequence[Event]) -> tuple[str, int]:
    """The rules one after the other, each asked of the whole history again: what is in force now, and the score.

    Written from the text of 9.3 and 9.4 and not from the engine: it keeps only where the present kind of inspection
    began, and looks back at the lots themselves.
    """
    kind, began, looks_back_to, consent = "normal", 0, 0, False
    for now in range(1, len(history) + 1):
        event = history[now - 1]
        since = [lot for lot in history[began:now] if isinstance(lot, DecidedLot)]
        wider = [lot for lot in history[looks_back_to:now] if isinstance(lot, DecidedLot)]
        bad_lot = isinstance(event, DecidedLot) and not event.accepted
        if isinstance(event, Ruled):
            if kind == "normal" and event.ruling is Ruling.ALLOW_REDUCED:
                consent = True
            if event.ruling is Ruling.END_REDUCED:
                consent = False
                if kind == "reduced":
                    kind, began = "normal", now
                    continue
            if kind == "discontinued" and event.ruling is Ruling.RESUME:
                kind, began, looks_back_to = "tightened", now, now
                continue
        if kind == "normal":
            if isinstance(event, DecidedLot) and sum(not lot.accepted for lot in wider[-5:]) >= 2:
                kind, began, consent = "tightened", now, False
            elif points(since) >= 30 and consent:
                kind, began = "reduced", now
        elif kind == "tightened":
            tightened = [lot for lot in since if lot.severity == "tightened"]
            if sum(not lot.accepted for lot in tightened) == 5:
                kind, began = "discontinued", now
            else:
                last_bad = max((at for at, lot in enumerate(since) if not lot.accepted), default=-1)
                if sum(lot.severity == "tightened" for lot in since[last_bad + 1 :]) == 5:
                    kind, began, looks_back_to = "normal", now, now
        elif kind == "reduced" and bad_lot:
            kind, began, consent = "normal", now, False
    lots = [lot for lot in history[began:] if isinstance(lot, DecidedLot)]
    return kind, points(lots) if kind == "normal" else 0


def points(lots: Sequence[DecidedLot]) -> int:
    """The switching score, counted backwards from the last lot until something set it to nothing."""
    total = 0
    for lot in reversed(lots):
        if not lot.accepted:
            break
        if lot.severity != "normal":
            continue
        if any(sample.ac > 1 and not sample.tighter for sample in lot.samples):
            break
        if lot.samples:
            total += 2 if any(sample.ac < 2 for sample in lot.samples) else 3
    return total


def random_history(dice: random.Random) -> list[Event]:
    """Lots of a supplier who is better or worse for a while; quality rules now and then. Most lots were received under
    the severity of their day, some wait so long for their decision that it has changed."""
    history: list[Event] = []
    quality, standing = 0.9, standing_after([])
    for number in range(dice.randint(1, 60)):
        if dice.random() < 0.06:
            quality = dice.choice([0.3, 0.6, 0.9, 0.97, 1.0, 1.0])
        if dice.random() < 0.12:
            history.append(Ruled(dice.choice(list(Ruling))))
        else:
            severity = standing.severity if dice.random() < 0.9 else dice.choice(["normal", "tightened", "reduced"])
            samples = tuple(
                Sample(dice.choice([0, 1, 2, 3, 7]), dice.random() < 0.95) for _n in range(dice.choice([0, 1, 1, 1, 2]))
            )
            history.append(DecidedLot(f"L{number}", dice.random() < quality, severity, samples))
        standing = standing_after(history)
    return history


def test_250_random_histories_replayed_agree_with_the_naive_reading() -> None:
    seen: set[str] = set()
    for seed in range(250):
        history = random_history(random.Random(seed))
        for at, step in enumerate(replay(history), start=1):
            kind, score = naive(history[:at])
            shown = step.after.score if step.after.inspecting is Inspecting.NORMAL else 0
            assert (str(step.after.inspecting), shown) == (kind, score), (seed, at)
            seen.add(f"{step.after.inspecting}:{step.after.why.cause}")
    assert seen == {
        "normal:start", "tightened:refused", "normal:recovered", "discontinued:discontinued", "tightened:resumed",
        "reduced:earned", "normal:lot", "normal:ruled",
    }  # fmt: skip


def lots(marks: str, severity: str = "normal", samples: tuple[Sample, ...] = LITTLE) -> list[Event]:
    return [DecidedLot(f"L{n}", mark == "+", severity, samples) for n, mark in enumerate(marks, start=1)]


def test_two_of_five_lots_not_accepted_tighten() -> None:
    assert standing_after(lots("-+++")).inspecting is Inspecting.NORMAL
    found = standing_after(lots("-+++-"))
    assert found.inspecting is Inspecting.TIGHTENED
    assert found.why.words.in_locale("en") == "tightened: 2 of the last 5 lots not accepted"
    assert found.why.words.in_locale("zh") == "加严：最近 5 批中有 2 批不接收"
    assert standing_after(lots("-++++-")).inspecting is Inspecting.NORMAL
    assert standing_after(lots("--")).why.facts == {"refused": 2, "lots": 2}


def test_five_lots_accepted_in_a_row_end_tightened_inspection() -> None:
    again = [*lots("--"), *lots("+++-+++++", "tightened")]
    assert [str(step.after.inspecting) for step in replay(again)][-2:] == ["tightened", "normal"]
    assert standing_after(again).why.cause is Cause.RECOVERED
    assert standing_after(again).window == ()


def test_a_lot_of_before_does_not_end_tightened_inspection() -> None:
    assert standing_after([*lots("--"), *lots("+++++", "normal")]).inspecting is Inspecting.TIGHTENED


def test_five_lots_not_accepted_in_all_discontinue_until_quality_resumes() -> None:
    bad = [*lots("--"), *lots("-+-+-++++-+-", "tightened")]
    found = standing_after(bad)
    assert found.inspecting is Inspecting.DISCONTINUED
    assert found.severity == "tightened"
    assert found.why.words.in_locale("zh") == "中止：加严检验期间累计 5 批不接收"
    assert standing_after([*bad, *lots("+++++", "tightened")]).inspecting is Inspecting.DISCONTINUED
    resumed = standing_after([*bad, Ruled(Ruling.RESUME)])
    assert (resumed.inspecting, resumed.refused) == (Inspecting.TIGHTENED, 0)


@pytest.mark.parametrize(("samples", "needed"), [(LITTLE, 15), (MUCH, 10), ((*LITTLE, *MUCH), 15)])
def test_a_score_of_thirty_alone_does_not_reduce(samples: tuple[Sample, ...], needed: int) -> None:
    good = lots("+" * needed, samples=samples)
    assert standing_after(good).score == 30
    assert standing_after(good).inspecting is Inspecting.NORMAL
    assert standing_after([*good, Ruled(Ruling.ALLOW_REDUCED)]).inspecting is Inspecting.REDUCED
    early = [Ruled(Ruling.ALLOW_REDUCED), *good]
    assert standing_after(early[:-1]).inspecting is Inspecting.NORMAL
    assert standing_after(early).why.words.in_locale("en") == (
        "reduced: switching score 30, production steady, allowed by quality"
    )


def test_one_lot_not_accepted_or_unsteady_production_ends_reduced_inspection() -> None:
    reduced = [Ruled(Ruling.ALLOW_REDUCED), *lots("+" * 15)]
    for event in (*lots("-", "reduced"), Ruled(Ruling.END_REDUCED)):
        found = standing_after([*reduced, event])
        assert (found.inspecting, found.score, found.allowed) == (Inspecting.NORMAL, 0, False)
    one_more = standing_after([*reduced, *lots("-", "reduced"), *lots("+-")])
    assert one_more.inspecting is Inspecting.TIGHTENED


def test_a_lot_that_the_tighter_aql_refuses_sets_the_score_to_nothing() -> None:
    assert score_after(9, DecidedLot("L", True, samples=(Sample(2, True),))) == 12
    assert score_after(9, DecidedLot("L", True, samples=(Sample(2, False),))) == 0
    assert score_after(9, DecidedLot("L", True, samples=(Sample(1, False),))) == 11
    assert score_after(9, DecidedLot("L", True)) == 9
    assert score_after(9, DecidedLot("L", False, "reduced")) == 0


def test_one_step_tighter_is_the_next_aql_with_the_same_sample() -> None:
    taken = plan(2000, "II", "2.5")
    assert (taken.n, taken.ac) == (125, 7)
    assert tighter_accepts(2000, "II", "2.5", taken, 5)
    assert not tighter_accepts(2000, "II", "2.5", taken, 6)
    small = plan(100, "II", "1.5")
    assert plan(100, "II", "1.0").n != small.n
    assert not tighter_accepts(100, "II", "1.5", small, 0)
    assert not tighter_accepts(2000, "II", "0.010", plan(2000, "II", "0.010"), 0)


def test_a_reason_is_kept_as_data() -> None:
    why = standing_after(lots("--")).why
    assert why_from(why.as_json()) == why
