"""The balances at their limits, and the rules that need no database (R66, R67)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.batches.rules.balances import Balances, PieceBalance, balance_blockers, material_balance
from maskqms.batches.rules.issue import Candidate, first_to_expire
from maskqms.batches.rules.masters import BillItem
from maskqms.batches.rules.start import ClearanceFacts, clearance_blockers
from maskqms.batches.states import BATCH_MOVES, BatchState, ClearanceState

ITEM = BillItem("M-MB-25", "熔喷布", Decimal(180), "m", Decimal(5), Decimal(2))
EVEN = PieceBalance(
    good=Decimal(985),
    scrap=Decimal(5),
    samples=Decimal(6),
    retained=Decimal(4),
    packed=Decimal(985),
    loose=Decimal(0),
    counted=Decimal(1000),
    tolerance=Decimal(10),
    yield_from=Decimal("0.95"),
)


def struck(pieces: PieceBalance = EVEN, used: str = "180", returned: str = "0") -> list[str]:
    issued = {ITEM.material: Decimal(used) + Decimal(returned)}
    materials = material_balance((ITEM,), pieces.made, issued, {ITEM.material: Decimal(returned)})
    return [reason.code for reason in balance_blockers(Balances("MB-1", pieces, materials))]


def test_what_adds_up_is_within() -> None:
    assert EVEN.made == 1000
    assert EVEN.yield_share == Decimal("0.995")
    assert struck() == []


@pytest.mark.parametrize(
    ("used", "codes"),
    [
        ("189", []),
        ("189.001", ["balance.material_over"]),
        ("176.4", []),
        ("176.399", ["balance.material_short"]),
        ("0", ["balance.material_short"]),
    ],
)
def test_a_material_at_its_limits(used: str, codes: list[str]) -> None:
    assert struck(used=used) == codes
    assert struck(used=used, returned="100") == codes


@pytest.mark.parametrize(
    ("counted", "codes"),
    [("1010", []), ("990", []), ("1011", ["balance.pieces"]), ("989", ["balance.pieces"])],
)
def test_the_counter_may_differ_by_so_much(counted: str, codes: list[str]) -> None:
    assert struck(replace(EVEN, counted=Decimal(counted))) == codes


def test_loose_pieces_and_a_poor_yield_are_named() -> None:
    assert struck(replace(EVEN, packed=Decimal(900), loose=Decimal(85))) == ["balance.loose"]
    poor = replace(EVEN, good=Decimal(939), packed=Decimal(939), scrap=Decimal(51))
    assert struck(poor) == ["balance.yield"]
    assert struck(replace(poor, good=Decimal(940), packed=Decimal(940), scrap=Decimal(50))) == []


def test_a_batch_that_made_nothing_has_no_yield() -> None:
    nothing = replace(
        EVEN, good=Decimal(0), scrap=Decimal(0), samples=Decimal(0), retained=Decimal(0), counted=Decimal(0)
    )
    assert nothing.yield_share is None
    assert struck(nothing, used="0") == []


@given(*(st.integers(0, 10**7) for _n in range(4)))
def test_every_piece_is_counted_once(good: int, scrap: int, samples: int, retained: int) -> None:
    pieces = replace(
        EVEN, good=Decimal(good), scrap=Decimal(scrap), samples=Decimal(samples), retained=Decimal(retained)
    )
    assert pieces.made == good + scrap + samples + retained
    assert replace(pieces, counted=pieces.made).difference == 0


def test_another_figure_is_another_digest() -> None:
    materials = material_balance((ITEM,), EVEN.made, {}, {})
    one = Balances("MB-1", EVEN, materials)
    assert one.digest == Balances("MB-1", EVEN, materials).digest
    assert one.digest != Balances("MB-1", replace(EVEN, scrap=Decimal(6)), materials).digest


AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
CLEARED = ClearanceFacts("L1", ClearanceState.CHECKED, 1, "张", 2, AT + timedelta(hours=8))


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (CLEARED, []),
        (None, ["clearance.missing"]),
        (replace(CLEARED, valid_until=AT), ["clearance.too-old"]),
        (replace(CLEARED, checked_by=1), ["clearance.same-person"]),
        (
            replace(CLEARED, line="L2", state=ClearanceState.DONE, checked_by=None),
            ["clearance.line", "clearance.unchecked"],
        ),
        (replace(CLEARED, state=ClearanceState.FAULTY), ["clearance.faulty"]),
    ],
)
def test_a_clearance_counts_for_its_line_its_time_and_two_people(
    facts: ClearanceFacts | None, codes: list[str]
) -> None:
    assert [reason.code for reason in clearance_blockers("MB-1", "L1", facts, AT)] == codes


def candidate(code: str, days: int | None) -> Candidate:
    until = None if days is None else AT + timedelta(days=days)
    return Candidate(code, code, Decimal(1), "m", until, None, None, False)


def test_what_expires_first_goes_first() -> None:
    stock = [candidate("A", 10), candidate("B", 20), candidate("C", None)]
    assert first_to_expire(stock, "A", AT + timedelta(days=10)) is None
    assert first_to_expire(stock, "B", AT + timedelta(days=20)) == stock[0]
    assert first_to_expire(stock, "C", None) == stock[0]
    assert first_to_expire([candidate("A", 10), candidate("B", 10)], "B", AT + timedelta(days=10)) is None
    assert first_to_expire([candidate("C", None), candidate("D", None)], "D", None) is None


def test_a_released_batch_does_not_go_back() -> None:
    moves = {(a, b) for a in BatchState for b in BatchState if not BATCH_MOVES.blockers(a, b)}
    assert len(moves) == 5
    assert not list(BATCH_MOVES.after(BatchState.RELEASED))
