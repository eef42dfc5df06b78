"""Limits: their text, their bounds, and which of two is tighter."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from maskqms.standards.limits import Comparator, Kind, Limit, Word, read_limit

TEXTS = st.builds(lambda op, n: f"{op} {n}", st.sampled_from([">=", "<=", ">", "<"]), st.integers(-5, 5)) | st.builds(
    lambda a, b: f"{min(a, b)} to {max(a, b)}", st.integers(-5, 5), st.integers(-5, 5)
)


def read(text: str, kind: Kind = Kind.VARIABLE, comparator: Comparator | None = None) -> Limit:
    found = read_limit(text, kind=kind, comparator=comparator)
    assert found is not None
    return found


def accepts(limit: Limit, value: Decimal) -> bool:
    above = limit.floor is None or value > limit.floor[0] or (value == limit.floor[0] and not limit.floor[1])
    below = limit.ceiling is None or value < limit.ceiling[0] or (value == limit.ceiling[0] and not limit.ceiling[1])
    return above and below


@pytest.mark.parametrize("text", [">= 95", "< 40", "<= 0.4", "> 1", "4.0 to 8.5", "-1 to 3"])
def test_a_limit_reads_and_prints_the_same(text: str) -> None:
    assert read(text).text == text
    assert Limit.model_validate(read(text).model_dump(mode="json")) == read(text)


def test_a_number_alone_takes_the_comparator_of_its_test() -> None:
    assert read("99.97", comparator=Comparator.AT_LEAST).text == ">= 99.97"
    assert read("> 95", comparator=Comparator.AT_LEAST).text == "> 95"


def test_an_attribute_has_words_or_a_challenge() -> None:
    assert read("ND", Kind.ATTRIBUTE).word is Word.NOT_DETECTED
    assert read("16.0", Kind.ATTRIBUTE, Comparator.AT_LEAST).number == Decimal("16.0")


def test_an_empty_text_is_no_limit() -> None:
    assert read_limit("  ", kind=Kind.VARIABLE) is None


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("95", None),
        ("about 95", Comparator.AT_LEAST),
        ("1e3", Comparator.AT_LEAST),
        ("<= 95", Comparator.AT_LEAST),
        ("pass", Comparator.AT_LEAST),
        ("4 to 8", Comparator.AT_LEAST),
        ("95", Comparator.RANGE),
        (">= 95", Comparator.RANGE),
        ("8 to 4", Comparator.RANGE),
    ],
)
def test_what_is_not_a_limit_of_the_test_is_refused(text: str, comparator: Comparator | None) -> None:
    with pytest.raises(ValueError, match=r"limit|comparator|range|points"):
        read(text, comparator=comparator)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"number": "1"},
        {"comparator": ">="},
        {"word": "pass", "number": "1"},
        {"word": "pass", "number": "1", "comparator": ">="},
        {"number": "1", "comparator": "range"},
        {"number": "1", "comparator": ">=", "upper": "2"},
    ],
)
def test_half_a_limit_cannot_be_made(facts: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate(facts)


def test_a_word_is_as_tight_as_the_same_word_only() -> None:
    passed, nothing = read("pass", Kind.ATTRIBUTE), read("ND", Kind.ATTRIBUTE)
    assert passed.at_least_as_tight_as(passed)
    assert not nothing.at_least_as_tight_as(passed)
    assert not read("> 1").at_least_as_tight_as(passed)


@given(TEXTS, TEXTS)
def test_the_tighter_limit_accepts_nothing_that_the_other_refuses(one: str, other: str) -> None:
    a, b = read(one), read(other)
    grid = [Decimal(n) / 2 for n in range(-14, 15)]
    contained = all(accepts(b, value) for value in grid if accepts(a, value))
    assert a.at_least_as_tight_as(b) == contained
