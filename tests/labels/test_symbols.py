"""Symbols: right identifier and data for an independent reader, and every bar a whole number of dots."""

from __future__ import annotations

import itertools

import pytest
import zxingcpp
from hypothesis import given, settings

from maskqms.errors import Refused
from maskqms.labels.gs1.elements import Element
from maskqms.labels.gs1.scans import parse
from maskqms.labels.gs1.strings import element_string
from maskqms.labels.symbols import (
    LONGEST_GS1_128,
    Dpi,
    Drawing,
    Fit,
    Symbology,
    code_128,
    drawn,
    gs1_128,
    gs1_datamatrix,
    qr,
)
from tests.make.gs1 import items

ITEM = parse("(01)06901234567892(17)271130(10)L2411A01(21)S0001").elements
SSCC = parse("(00)106901234500000010").elements


def whole(symbol, dots=3):
    return Drawing(symbol, Dpi.D203, dots, 40 if symbol.symbology.linear else None)


def read_one(picture):
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found


@pytest.mark.parametrize(
    ("symbol", "data"),
    [
        (gs1_128(ITEM), element_string(ITEM)),
        (gs1_128(SSCC), "00106901234500000010"),
        (gs1_datamatrix(ITEM), element_string(ITEM)),
        (code_128("ML-20261121-001-R01"), "ML-20261121-001-R01"),
        (qr("http://localhost:8000/c/ML-20261121-001"), "http://localhost:8000/c/ML-20261121-001"),
    ],
    ids=lambda value: str(getattr(value, "symbology", "")),
)
@pytest.mark.parametrize("dots", [1, 2, 3, 4, 6])
def test_each_symbol_is_read_as_what_it_is(symbol, data, dots):
    picture = whole(symbol, dots).bitmap()
    found = read_one(picture.resize((picture.width * 2, picture.height * 2)))
    assert found.symbology_identifier == symbol.symbology.value
    assert found.bytes.decode() == data


@given(items(most=4))
@settings(max_examples=60)
def test_any_gs1_data_survives_the_matrix_and_the_bars(elements):
    data = element_string(elements)
    found = read_one(whole(gs1_datamatrix(elements)).bitmap())
    assert (found.symbology_identifier, found.bytes.decode()) == ("]d2", data)
    assert found.content_type == zxingcpp.ContentType.GS1
    if len(data) <= LONGEST_GS1_128:
        found = read_one(whole(gs1_128(elements)).bitmap())
        assert (found.symbology_identifier, found.bytes.decode()) == ("]C1", data)
        assert set(parse("]C1" + found.bytes.decode()).elements) == set(elements)


def test_bars_hold_48_characters():
    with pytest.raises(Refused) as caught:
        gs1_128([Element("01", "06901234567892"), Element("91", "X" * 40)])
    assert [reason.code for reason in caught.value.reasons] == ["symbol.too_long"]


def test_our_own_codes_are_plain_ascii():
    with pytest.raises(Refused) as caught:
        code_128("批-1")
    assert [reason.code for reason in caught.value.reasons] == ["symbol.characters"]


def test_the_matrix_encoder_doubts_too():
    with pytest.raises(Refused) as caught:
        gs1_datamatrix([Element("01", "06901234567893")])
    assert [reason.code for reason in caught.value.reasons] == ["symbol.encoder"]


def test_the_matrix_is_square():
    assert {gs1_datamatrix(list(ITEM[:n])).width - gs1_datamatrix(list(ITEM[:n])).height for n in (1, 2, 3)} == {0}


class TestDots:
    @pytest.mark.parametrize(("dpi", "dots"), [(Dpi.D203, 4), (Dpi.D300, 6), (Dpi.D600, 12)])
    def test_the_nearest_whole_number_of_dots(self, dpi, dots):
        assert drawn(gs1_128(SSCC), Fit(0.5, 0.495, 94, 32), dpi).dots == dots

    def test_a_wide_symbol_gets_finer_down_to_its_least(self):
        bars = gs1_128(parse("(01)06901234567892(17)271130(10)MB-20261121-003").elements)
        assert drawn(bars, Fit(0.5, 0.17, 94, 13), Dpi.D203).dots == 2
        with pytest.raises(Refused) as caught:
            drawn(bars, Fit(0.5, 0.495, 94, 13), Dpi.D203)
        assert [reason.code for reason in caught.value.reasons] == ["symbol.no_room"]

    @pytest.mark.parametrize("dots", [2, 3, 5])
    def test_every_run_is_a_multiple_and_the_quiet_zone_is_free(self, dots):
        for symbol in (gs1_128(ITEM), gs1_datamatrix(ITEM), qr("http://localhost/c/1"), code_128("MB-1")):
            drawing = whole(symbol, dots)
            picture = drawing.bitmap()
            rows = [[picture.getpixel((x, y)) for x in range(picture.width)] for y in range(picture.height)]
            quiet = symbol.symbology.quiet * dots
            for row in rows:
                assert all(row[:quiet])
                assert all(row[-quiet:])
                assert [len(list(run)) % dots for _, run in itertools.groupby(row)] == [0] * len(
                    list(itertools.groupby(row))
                )
            if not symbol.symbology.linear:
                assert all(itertools.chain(*rows[:quiet], *rows[-quiet:]))

    def test_quiet_zones_are_those_of_the_standards(self):
        assert [s.quiet for s in (Symbology.GS1_128, Symbology.CODE_128, Symbology.GS1_DATAMATRIX, Symbology.QR)] == [
            10,
            10,
            1,
            4,
        ]
