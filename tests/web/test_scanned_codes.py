"""Whatever keyboards, input methods and scanner settings do to a code, the same code comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.i18n import in_locale
from maskqms.web.scan import GS, looks_like, read_scan


@pytest.mark.parametrize(
    ("raw", "symbology", "text"),
    [
        ("ML-20261121-003", None, "ML-20261121-003"),
        ("  ML-20261121-003\r\n", None, "ML-20261121-003"),
        ("ＭＬ－２０２６１１２１－００３", None, "ML-20261121-003"),
        ("]C0MB-1", "]C0", "MB-1"),
        (f"]C101069012340000161510B1{GS}2112", "]C1", f"01069012340000161510B1{GS}2112"),
        (f"]d2{GS}0106901234000016", "]d2", "0106901234000016"),
        ("]d2010690123400001610B1|2112", "]d2", f"010690123400001610B1{GS}2112"),
        ("010690123400001610B1␝2112", None, f"010690123400001610B1{GS}2112"),
        ("010690123400001610B1<GS>2112", None, f"010690123400001610B1{GS}2112"),
        ("A|B", None, "A|B"),
        ("]Q1http://localhost:8000/c/ML-1%2FA", "]Q1", "ML-1/A"),
        ("https://id.gs1.org/01/06901234000016", None, "https://id.gs1.org/01/06901234000016"),
        ("", None, ""),
    ],
)
def test_a_scan_is_read(raw: str, symbology: str | None, text: str) -> None:
    code = read_scan(raw)
    assert (code.symbology, code.text, code.raw) == (symbology, text, raw)


@pytest.mark.parametrize(
    ("raw", "gs1"),
    [("]C100", True), ("]d1ABC", False), ("(01)06901234000016", True), (f"10A{GS}21B", True), ("MB-20261121-1", False)],
)
def test_gs1_is_known_by_identifier_separator_or_brackets(raw: str, gs1: bool) -> None:
    assert read_scan(raw).is_gs1 is gs1


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=48))
def test_reading_twice_changes_nothing_more(raw: str) -> None:
    once = read_scan(raw)
    assert read_scan(once.elements).elements == once.elements or once.text.startswith(("]", "http"))


def test_an_unknown_code_is_described() -> None:
    with in_locale("en"):
        assert "SSCC" in str(looks_like("369012340000000012"))
        assert "GTIN" in str(looks_like("06901234000016"))
        assert "GS1" in str(looks_like(f"10B1{GS}2112"))
        assert "our own" in str(looks_like("MB-20261121-09"))
        assert "web address" in str(looks_like("https://example.org/x"))
        assert "7 characters" in str(looks_like("hello 1"))
