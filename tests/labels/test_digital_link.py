"""GS1 Digital Link: made, read back, and refused by name."""

from __future__ import annotations

import biip
import pytest
from hypothesis import given

from maskqms.errors import Refused
from maskqms.labels.gs1.elements import Element
from maskqms.labels.gs1.links import digital_link, read_digital_link
from tests.make.gs1 import items

GTIN = Element("01", "06901234567892")
EXPIRY = Element("17", "271130")
LOT = Element("10", "L2411A01")
SERIAL = Element("21", "S0001")


def codes(call, *args):
    with pytest.raises(Refused) as caught:
        call(*args)
    return [reason.code for reason in caught.value.reasons]


class TestDigitalLink:
    def test_key_qualifiers_in_order_then_the_rest(self):
        link = digital_link([EXPIRY, SERIAL, LOT, GTIN], "https://check.example/")
        assert link == "https://check.example/01/06901234567892/10/L2411A01/21/S0001?17=271130"
        parsed = biip.parse(link).gs1_digital_link_uri
        assert parsed is not None
        assert {(e.ai.ai, e.value) for e in parsed.element_strings} == {
            ("01", GTIN.value),
            ("10", LOT.value),
            ("21", SERIAL.value),
            ("17", EXPIRY.value),
        }

    @given(items())
    def test_a_link_is_read_back_as_it_was_made(self, elements):
        assert set(read_digital_link(digital_link(elements, "https://check.example/id"))) == set(elements)

    def test_faults_have_names(self):
        assert codes(digital_link, [Element("91", "X")], "check.example") == ["link.domain", "link.no_key"]
        assert codes(read_digital_link, "https://x.example/01/06901234567893/10/L") == ["gs1.check_digit"]
        assert codes(read_digital_link, "https://x.example/01/06901234567892/21/S/10/L") == ["link.order"]
        assert codes(read_digital_link, "https://x.example/c/ML-1") == ["link.no_key"]
        assert read_digital_link("https://x.example/p/01/6901234567892?17=271130&utm=a") == (GTIN, EXPIRY)
