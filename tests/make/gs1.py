"""Any GS1 data that may stand on one item, for property tests."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from maskqms.labels.gs1 import dates
from maskqms.labels.gs1.elements import CSET_82, Element
from maskqms.labels.gs1.keys import check_digit


def _text(longest: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(sorted(CSET_82)), min_size=1, max_size=longest)


def _day() -> st.SearchStrategy[str]:
    return st.dates(date(2000, 1, 1), date(2049, 12, 31)).map(dates.written)


def _keyed(ai: str, length: int) -> st.SearchStrategy[Element]:
    digits = st.text(st.sampled_from("0123456789"), min_size=length - 1, max_size=length - 1)
    return digits.map(lambda body: Element(ai, body + check_digit(body)))


# biip reads GTINs as GTIN-8/12/13/14 by their leading zeros and wants a known format: real prefixes, indicator 0 to 8.
_GTIN = st.tuples(st.integers(0, 8), st.integers(690_000_000_000, 699_999_999_999)).map(
    lambda n: Element("01", f"{n[0]}{n[1]}" + check_digit(f"{n[0]}{n[1]}"))
)
_ITEM = {
    "10": _text(20),
    "11": _day(),
    "17": _day(),
    "21": _text(20),
    "240": _text(30),
    "3103": st.integers(0, 999_999).map("{:06d}".format),
    "3302": st.integers(0, 999_999).map("{:06d}".format),
    "90": _text(30),
    "91": _text(20),
}


@st.composite
def items(draw: st.DrawFn, most: int = 8) -> list[Element]:
    """A trade item with some of its attributes, in any order."""
    chosen = draw(st.lists(st.sampled_from(sorted(_ITEM)), unique=True, max_size=most))
    elements = [draw(_GTIN), *(Element(ai, draw(_ITEM[ai])) for ai in chosen)]
    return draw(st.permutations(elements))


@st.composite
def units(draw: st.DrawFn) -> list[Element]:
    """A logistic unit with its content."""
    content = draw(_GTIN)
    count = str(draw(st.integers(1, 99_999_999)))
    return [draw(_keyed("00", 18)), Element("02", content.value), Element("37", count), Element("10", draw(_text(20)))]
