"""GB/T 8170 rounding: its textbook examples, and what must hold for any number."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.standards.rounding import round_places, round_to, step_of

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=5)


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [
        ("12.1498", "0.1", "12.1"),
        ("12.1498", "1", "12"),
        ("10.502", "1", "11"),
        ("10.5002", "1", "11"),
        ("1.050", "0.1", "1.0"),
        ("0.35", "0.1", "0.4"),
        ("2500", "1E3", "2E+3"),
        ("3500", "1E3", "4E+3"),
        ("-355", "10", "-360"),
        ("-325", "1E1", "-3.2E+2"),
        ("15.4546", "1", "15"),
        ("94.96", "1", "95"),
        ("-0.04", "0.1", "0.0"),
        # by half units and by a fifth
        ("60.25", "0.5", "60.0"),
        ("60.38", "0.5", "60.5"),
        ("-60.75", "0.5", "-61.0"),
        ("830", "20", "840"),
        ("842", "20", "840"),
        ("-930", "20", "-920"),
        ("0.3", "0.2", "0.4"),
    ],
)
def test_the_textbook_examples_come_out(value: str, step: str, rounded: str) -> None:
    assert round_to(Decimal(value), Decimal(step)) == Decimal(rounded)


def test_a_long_value_is_rounded_once_and_not_first_to_the_precision_of_the_context() -> None:
    assert round_to(Decimal("0." + "4" * 40 + "9"), Decimal("1E-40")) == Decimal("0." + "4" * 39 + "5")
    assert round_to(Decimal("1" * 40 + ".5"), Decimal(1)) == Decimal("1" * 39 + "2")


def test_a_fraction_without_a_finite_decimal_is_rounded_exactly() -> None:
    assert str(round_to(Fraction(2, 3), Decimal("0.001"))) == "0.667"
    assert str(round_places(Fraction(1, 8), 2)) == "0.12"
    assert round_places(1250, -2) == 1200


@pytest.mark.parametrize("step", ["0", "3", "0.25", "-1", "NaN", "Infinity"])
def test_another_rounding_interval_is_refused(step: str) -> None:
    with pytest.raises(ValueError, match="rounding is by"):
        round_to(Decimal(1), Decimal(step))


def test_the_step_of_a_limit_is_its_last_printed_digit() -> None:
    assert [step_of(Decimal(limit)) for limit in ("95", "8.0", "99.97")] == [1, Decimal("0.1"), Decimal("0.01")]
    with pytest.raises(ValueError, match="not a number"):
        step_of(Decimal("NaN"))


@given(NUMBERS, st.sampled_from(["1", "0.1", "0.5", "0.2", "20", "0.001"]))
def test_the_rounded_value_is_a_multiple_of_the_step_within_half_a_step(value: Decimal, text: str) -> None:
    step = Decimal(text)
    rounded = round_to(value, step)
    assert Fraction(rounded) / Fraction(step) == int(Fraction(rounded) / Fraction(step))
    assert abs(Fraction(rounded) - Fraction(value)) <= Fraction(step) / 2
    assert round_to(-value, step) == -rounded


@given(NUMBERS, st.integers(0, 5))
def test_whole_digits_agree_with_the_decimal_module(value: Decimal, places: int) -> None:
    assert round_places(value, places) == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
