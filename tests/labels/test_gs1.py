"""The GS1 data model: every rule refused by name, and the same strings as two independent readers."""

from __future__ import annotations

from datetime import date

import biip
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from maskqms.errors import Refused
from maskqms.labels.gs1 import dates
from maskqms.labels.gs1.ais import IDENTIFIERS, PREDEFINED, starts
from maskqms.labels.gs1.elements import Element, value_blockers
from maskqms.labels.gs1.keys import as_gtin14, check_digit, gtin14, gtin_blockers, prefix_blockers, sscc
from maskqms.labels.gs1.pairing import blockers, pairing_blockers
from maskqms.labels.gs1.scans import parse, read
from maskqms.labels.gs1.strings import GS, element_string, hri
from tests.make.gs1 import items, units

GTIN = Element("01", "06901234567892")
EXPIRY = Element("17", "271130")
LOT = Element("10", "L2411A01")
SERIAL = Element("21", "S0001")
SSCC = Element("00", "106901234500000010")


def codes(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


class TestKeys:
    @pytest.mark.parametrize(
        ("body", "digit"), [("690123456789", "2"), ("1690123456789", "9"), ("10690123450000001", "0"), ("9638507", "4")]
    )
    def test_check_digits_of_known_keys(self, body, digit):
        assert check_digit(body) == digit

    def test_a_gtin_14_is_built_from_the_item_inside(self):
        assert gtin14("6901234567892", 1) == "16901234567899"
        assert as_gtin14("6901234567892") == "06901234567892"

    def test_every_fault_of_a_gtin_14_is_reported_at_once(self):
        assert codes(gtin14, "6901234567893", 9) == ["gtin.check_digit", "gtin.indicator"]
        assert codes(gtin14, "690123456789", 0) == ["gtin.length", "gtin.indicator"]
        assert codes(as_gtin14, "69012３4567892") == ["gtin.digits"]
        assert [r.code for r in gtin_blockers("69012345678")] == ["gtin.length"]

    def test_an_sscc_is_built_from_extension_prefix_and_serial(self):
        assert sscc(1, "0690123", 450000001) == "106901234500000010"
        assert sscc(0, "6901234", 1) == "069012340000000016"
        assert sscc(9, "6901234567", 999999)[-1] == check_digit("96901234567999999")

    def test_every_fault_of_an_sscc_is_reported_at_once(self):
        assert codes(sscc, 10, "690123", 10**10) == ["gs1.company_prefix", "sscc.extension", "sscc.serial"]
        assert codes(sscc, 0, "6901234", 10**9) == ["sscc.serial"]
        assert codes(sscc, 0, "69012X4", -1) == ["gs1.company_prefix", "sscc.serial"]

    def test_prefixes_of_other_countries_have_their_own_lengths(self):
        assert prefix_blockers("614141") == []
        assert [r.code for r in prefix_blockers("69012345678")] == ["gs1.company_prefix"]

    @given(st.integers(0, 9), st.integers(690_0000, 699_9999), st.integers(0, 999_999_999))
    def test_every_sscc_is_one_to_biip(self, extension, prefix, serial):
        built = sscc(extension, str(prefix), serial)
        parsed = biip.parse("]C100" + built)
        assert parsed.sscc is not None
        assert parsed.sscc.value == built
        assert parsed.sscc.extension_digit == extension


class TestDates:
    def test_the_century_is_the_near_one(self):
        near = date(2026, 11, 21)
        assert dates.read("271130", near=near) == date(2027, 11, 30)
        assert dates.read("760101", near=near) == date(2076, 1, 1)
        assert dates.read("770101", near=near) == date(1977, 1, 1)
        assert dates.read("100101", near=date(2085, 1, 1)) == date(2110, 1, 1)

    @given(st.dates(date(1977, 1, 1), date(2076, 12, 31)))
    def test_what_is_written_is_read(self, day):
        assert dates.read(dates.written(day), near=date(2026, 11, 21)) == day
        assert dates.is_real_day(dates.written(day))

    @pytest.mark.parametrize(
        ("value", "code"),
        [("271100", "gs1.date_without_day"), ("271131", "gs1.date"), ("270229", "gs1.date"), ("271301", "gs1.date")],
    )
    def test_days_that_do_not_exist_are_refused(self, value, code):
        assert [reason.code for reason in value_blockers(Element("17", value))] == [code]


class TestValues:
    @pytest.mark.parametrize(
        ("element", "found"),
        [
            (Element("10", "L 中"), ["gs1.characters"]),
            (Element("10", "L" * 21), ["gs1.length"]),
            (Element("10", ""), ["gs1.length"]),
            (Element("10", "批" * 21), ["gs1.characters", "gs1.length"]),
            (Element("01", "06901234567893"), ["gs1.check_digit"]),
            (Element("01", "0690123456789"), ["gs1.length"]),
            (Element("01", "0690123456789X"), ["gs1.digits"]),
            (Element("37", "１２"), ["gs1.digits"]),
            (Element("00", "106901234500000011"), ["gs1.check_digit"]),
            (Element("8001", "01750000001220"), ["gs1.zero", "gs1.winding"]),
            (Element("7003", "2711302460"), ["gs1.time"]),
            (Element("8006", "069012345678920301"), ["gs1.piece"]),
            (Element("8003", "10690123456789"), ["gs1.leading_zero"]),
            (Element("77", "x"), ["gs1.unknown_identifier"]),
            (Element("3106", "000001"), ["gs1.unknown_identifier"]),
        ],
    )
    def test_each_fault_has_its_name(self, element, found):
        reasons = [reason.code for reason in value_blockers(element)]
        assert [code for code in found if code not in reasons] == []

    @pytest.mark.parametrize(
        "element",
        [
            Element("3102", "001250"),
            Element("3300", "000012"),
            Element("91", "ML-20261121-001"),
            Element("240", "M/25-175"),
            Element("8001", "01750300007610"),
            Element("7003", "2711302359"),
        ],
    )
    def test_right_values_pass(self, element):
        assert value_blockers(element) == []

    @pytest.mark.parametrize("locale", ["zh", "en"])
    def test_reasons_speak_both_languages(self, locale):
        words = value_blockers(Element("17", "271100"))[0].text.in_locale(locale)
        assert "271100" in words
        assert ("没有" in words) == (locale == "zh")


class TestPairing:
    @pytest.mark.parametrize(
        ("elements", "code"),
        [
            ([LOT], "gs1.needs"),
            ([SSCC, SERIAL], "gs1.needs"),
            ([Element("02", GTIN.value)], "gs1.needs"),
            ([Element("02", GTIN.value), Element("37", "40")], "gs1.needs"),
            ([GTIN, Element("37", "40"), SSCC], "gs1.never_with"),
            ([GTIN, Element("02", GTIN.value), Element("37", "40"), SSCC], "gs1.never_with"),
            ([GTIN, Element("30", "2")], "gs1.fixed_measure"),
            ([GTIN, Element("3102", "001250"), Element("3103", "012500")], "gs1.never_with"),
            ([GTIN, Element("21", "1"), Element("235", "A")], "gs1.never_with"),
            ([Element("3300", "000012")], "gs1.needs"),
        ],
    )
    def test_what_must_not_stand_together_or_alone(self, elements, code):
        assert code in codes(element_string, elements)

    def test_the_carriers_of_one_item_are_judged_together(self):
        content = [Element("02", GTIN.value), Element("37", "40"), LOT]
        assert blockers(content, [SSCC]) == []
        assert blockers([GTIN, EXPIRY, LOT, SERIAL], [GTIN, EXPIRY, LOT], [SSCC]) == []
        assert element_string(content, beside=[[SSCC]]).startswith("02")

    def test_carriers_that_contradict_each_other(self):
        reasons = blockers([GTIN, LOT], [GTIN, Element("10", "OTHER")])
        assert [reason.code for reason in reasons] == ["gs1.contradiction"]

    def test_an_element_stands_once_in_a_symbol(self):
        assert "gs1.repeated" in codes(element_string, [GTIN, LOT, LOT])

    def test_goods_of_variable_measure_may_be_counted(self):
        body = "9690123456789"
        assert pairing_blockers([Element("01", body + check_digit(body)), Element("30", "2")]) == []

    def test_all_reasons_at_once(self):
        found = codes(element_string, [Element("01", "06901234567893"), Element("17", "271300"), Element("37", "x")])
        assert set(found) == {
            "gs1.check_digit",
            "gs1.date_without_day",
            "gs1.digits",
            "gs1.needs",
            "gs1.never_with",
        }


class TestStrings:
    def test_predefined_first_then_one_separator_less(self):
        assert element_string([LOT, GTIN, SERIAL, EXPIRY]) == f"0106901234567892172711301{'0L2411A01'}{GS}21S0001"
        assert hri([LOT, GTIN, EXPIRY]) == "(01)06901234567892(17)271130(10)L2411A01"

    def test_the_table_agrees_with_the_predefined_lengths(self):
        for ai, known in IDENTIFIERS.items():
            assert starts(ai + "1" * 90) is known
            if known.predefined:
                assert known.shortest == known.longest == PREDEFINED[ai[:2]] - len(ai)


class TestScans:
    def test_a_scan_with_or_without_identifier(self):
        data = f"01069012345678921727113010L2411A01{GS}21S0001"
        expected = (GTIN, EXPIRY, LOT, SERIAL)
        for identifier in ("]C1", "]d2", "]Q3"):
            assert parse(identifier + data).elements == expected
            assert parse(identifier + data).symbology == identifier
        assert parse(data).symbology is None
        assert parse(GS + data + GS + "\r\n").elements == expected

    @pytest.mark.parametrize("identifier", ["]d1", "]C0", "]Q1", "]E0", "]d8"])
    def test_symbols_that_are_not_gs1_are_refused_by_name(self, identifier):
        assert codes(parse, identifier + "0106901234567892") == ["gs1.symbology"]

    def test_what_is_typed_from_the_readable_line(self):
        assert parse("(01)06901234567892(17)271130(10)L(2)A").elements == (GTIN, EXPIRY, Element("10", "L(2)A"))

    @pytest.mark.parametrize(
        ("scanned", "code"),
        [
            ("", "gs1.empty"),
            ("]C1", "gs1.empty"),
            ("]C155X", "gs1.unknown_identifier"),
            ("ML-20261121-001", "gs1.unknown_identifier"),
            ("(X1)2", "gs1.unknown_identifier"),
            ("]C1010690123", "gs1.length"),
            (f"]C10106901{GS}10L", "gs1.length"),
            ("]C10106901234567892" + "10" + "L" * 21, "gs1.length"),
            ("]C10106901234567893", "gs1.check_digit"),
            ("]C10106901234567892" + "10", "gs1.length"),
            ("10L2411A01", "gs1.needs"),
        ],
    )
    def test_scans_that_cannot_be_used(self, scanned, code):
        assert code in codes(parse, scanned)

    def test_pairing_can_wait_for_the_other_symbols(self):
        first = parse("]C1" + "00106901234500000010", paired=False)
        second = parse("]C1" + f"02069012345678923740{GS}10L1", beside=[first.elements])
        assert [element.ai for element in second.elements] == ["02", "37", "10"]

    @given(st.text(max_size=60))
    def test_nothing_a_scanner_sends_is_an_accident(self, scanned):
        scan, reasons = read(scanned)
        assert scan.elements or reasons


@given(st.one_of(items(), units()), st.sampled_from(["]C1", "]d2", "]Q3", ""]))
def test_biip_reads_what_we_write_and_we_read_it_back(elements, identifier):
    data = element_string(elements)
    message = biip.parse(identifier + data).gs1_message
    assert message is not None
    assert [(e.ai.ai, e.value) for e in message.element_strings] == [
        (e.ai, e.value) for e in parse(identifier + data).elements
    ]
    assert message.as_hri() == hri(elements)
    assert all(not e.gtin_error and not e.sscc_error for e in message.element_strings)
    assert sorted(parse(data).elements, key=str) == sorted(elements, key=str)


@given(items().filter(lambda elements: not any(set("()") & set(e.value) for e in elements)))
@settings(max_examples=60)
def test_symbols_of_another_encoder_are_read_as_what_they_say(elements):
    drawn = zxingcpp.create_barcode(hri(elements), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    (found,) = zxingcpp.read_barcodes(drawn.to_image(scale=3))
    assert set(parse(found.symbology_identifier + found.bytes.decode()).elements) == set(elements)


@given(items(most=4), st.data())
def test_one_wrong_digit_in_a_gtin_is_always_found(elements, data):
    gtin = next(e for e in elements if e.ai == "01")
    at = data.draw(st.integers(0, 13))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != gtin.value[at]]))
    wrong = Element("01", gtin.value[:at] + digit + gtin.value[at + 1 :])
    assert "gs1.check_digit" in codes(element_string, [wrong if e is gtin else e for e in elements])
