"""ISO 2859-1 plans: every cell of the three tables, the arrows, small lots, and input that no table has."""

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from maskqms.errors import Refused
from maskqms.standards.sampling import (
    AQLS,
    LEVELS,
    SEVERITIES,
    Plan,
    code_letter,
    follow,
    plan,
    plan_for_sample,
    read_aql,
    smallest_plan,
)


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    text = files("maskqms.standards").joinpath("data/iso2859_1.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_cell_with_its_arrow_followed_equals_the_resolved_table(severity: Any, printed: dict[str, Any]) -> None:
    cells = 0
    for letter, row in printed["resolved"][severity].items():
        for aql, cell in row.items():
            found = follow(severity, letter, aql)
            assert (found.letter, found.n, found.ac, found.re) == (cell["letter"], cell["n"], cell["ac"], cell["re"])
            cells += 1
    assert cells == 256


def test_the_accepted_values_are_those_of_the_tables(printed: dict[str, Any]) -> None:
    assert list(AQLS) == printed["aql"]
    assert list(LEVELS) == printed["levels"]


@pytest.mark.parametrize(
    ("lot", "letter"),
    [(2, "A"), (8, "A"), (9, "B"), (280, "G"), (281, "H"), (1201, "K"), (3200, "K"), (3201, "L"), (10**9, "Q")],
)
def test_lots_get_their_code_letter_at_the_edges(lot: int, letter: str) -> None:
    assert code_letter(lot, "II") == letter


def test_a_lot_of_one_has_no_letter_and_is_inspected() -> None:
    assert plan(1, "II", "1.0") == Plan(None, 1, 0, 1, full=True)
    with pytest.raises(ValueError, match="no code letter"):
        code_letter(1, "II")


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "wanted"),
    [
        (2000, "1.0", "normal", Plan("K", 125, 3, 4)),
        (2000, "2.5", "normal", Plan("K", 125, 7, 8)),
        (2000, "4.0", "normal", Plan("K", 125, 10, 11)),
        (2000, "1.0", "tightened", Plan("K", 125, 2, 3)),
        (2000, "2.5", "tightened", Plan("K", 125, 5, 6)),
        (2000, "1.0", "reduced", Plan("K", 50, 2, 3)),
        (2000, "2.5", "reduced", Plan("K", 50, 5, 6)),
        (100, "1.0", "normal", Plan("E", 13, 0, 1)),
        (100, "1.5", "normal", Plan("G", 32, 1, 2)),
        (600000, "0.010", "normal", Plan("Q", 1250, 0, 1)),
    ],
)
def test_the_published_examples_come_out(lot: int, aql: str, severity: str, wanted: Plan) -> None:
    assert plan(lot, "II", aql, severity) == wanted


def test_a_sample_that_reaches_the_lot_is_the_whole_lot_and_keeps_its_numbers() -> None:
    assert plan(5, "II", "0.65") == Plan("F", 5, 0, 1, full=True)
    assert plan(13, "III", "1.0") == Plan("E", 13, 0, 1, full=True)
    assert plan(14, "III", "1.0") == Plan("E", 13, 0, 1)
    assert plan(2, "II", "10") == Plan("C", 2, 1, 2, full=True)


def test_no_lot_has_a_sample_larger_than_itself() -> None:
    for lot in (*range(1, 60), 150, 151, 500, 501, 1200, 3200, 35000, 500000, 500001):
        for level in LEVELS:
            for aql in AQLS:
                for severity in SEVERITIES:
                    found = plan(lot, level, aql, severity)
                    assert 1 <= found.n <= lot
                    assert found.full == (found.n == lot)
                    assert found.re == found.ac + 1


@pytest.mark.parametrize("aql", ["1", "1.0", "1.00", " 1.0 ", 1, Decimal("1.000")])
def test_an_aql_may_be_written_in_any_way(aql: str | int | Decimal) -> None:
    assert read_aql(aql) == "1.0"
    assert plan(2000, "II", aql) == plan(2000)


def test_every_wrong_argument_is_named_with_what_is_accepted() -> None:
    with pytest.raises(Refused) as refused:
        plan(0, "IV", "3", "strict")
    texts = {reason.code: str(reason.text) for reason in refused.value.reasons}
    assert set(texts) == {"sampling.lot_size", "sampling.level", "sampling.aql", "sampling.severity"}
    assert "S-1, S-2, S-3, S-4, I, II, III" in texts["sampling.level"]
    assert all(aql in texts["sampling.aql"] for aql in AQLS)
    assert "normal, tightened, reduced" in texts["sampling.severity"]


@pytest.mark.parametrize("aql", ["", "one", "NaN", "-1", "0", "1,0", "15"])
def test_an_aql_that_no_table_has_is_refused(aql: str) -> None:
    with pytest.raises(Refused, match="AQL"):
        plan(100, "II", aql)


@pytest.mark.parametrize("lot", [-1, True, 2.0])
def test_a_lot_size_that_is_no_count_is_refused(lot: Any) -> None:
    with pytest.raises(Refused, match="Lot size"):
        plan(lot)


def test_a_sample_already_taken_serves_the_largest_plan_it_can() -> None:
    assert plan_for_sample(2, "4.0") is None
    assert plan_for_sample(5, "4.0") == Plan("B", 3, 0, 1)
    assert plan_for_sample(32, "4.0") == Plan("G", 32, 3, 4)
    assert smallest_plan("4.0") == Plan("B", 3, 0, 1)


def test_a_plan_accepts_up_to_its_number() -> None:
    assert [plan(2000).accepts(d) for d in (3, 4)] == [True, False]
