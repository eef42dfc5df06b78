"""Drivers, from byte strings alone."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.devices.drivers import delimited, mt_sics, registry, scanner, st_us
from maskqms.devices.drivers.contract import FRAME_CAP, Driver, Said
from maskqms.devices.drivers.lines import frame
from maskqms.devices.gateway.frames import Assembler, Piece


@pytest.mark.parametrize(
    ("raw", "text", "unit", "stable"),
    [
        (b"S S     100.00 g\r\n", "100.00", "g", True),
        (b"S D      99.87 g\r\n", "99.87", "g", False),
        (b"S S      -0.010 kg\r\n", "-0.010", "kg", True),
        (b"SI S       0.5 mg\n", "0.5", "mg", True),
        (b"S S         12 PCS\r", "12", "{piece}", True),
        (b"S S     100.00 furlong\r\n", "100.00", None, True),
    ],
)
def test_a_balance_weight_keeps_its_digits(raw: bytes, text: str, unit: str | None, stable: bool) -> None:
    parsed = mt_sics.parse(raw)
    assert parsed is not None
    assert (parsed.said, parsed.value, parsed.value_text) == (Said.VALUE, Decimal(text), text)
    assert str(parsed.value) == text
    assert (parsed.unit, parsed.stable, parsed.overload) == (unit, stable, False)


@pytest.mark.parametrize(
    ("raw", "fault", "overload"),
    [
        (b"S +\r\n", "overload", True),
        (b"S -\r\n", "underload", False),
        (b"S I\r\n", "not executable", False),
        (b"ES\r\n", "syntax error", False),
    ],
)
def test_a_balance_that_has_no_weight_says_so(raw: bytes, fault: str, overload: bool) -> None:
    parsed = mt_sics.parse(raw)
    assert parsed is not None
    assert (parsed.said, parsed.value, parsed.fault, parsed.overload) == (Said.FAULT, None, fault, overload)


@pytest.mark.parametrize(
    ("raw", "text", "value", "unit", "stable", "channel"),
    [
        (b"ST,+00123.45  g\r\n", "+00123.45", "123.45", "g", True, None),
        (b"US,-00183.69  g\r\n", "-00183.69", "-183.69", "g", False, None),
        (b"QT,+00001234 PC\r\n", "+00001234", "1234", "{piece}", True, None),
        (b"ST,GS,+  4.876kg\r\n", "+4.876", "4.876", "kg", True, "gross"),
        (b"US,NT,-001.568lb\r\n", "-001.568", "-1.568", "[lb_av]", False, "net"),
    ],
)
def test_st_us_lines(raw: bytes, text: str, value: str, unit: str, stable: bool, channel: str | None) -> None:
    parsed = st_us.parse(raw)
    assert parsed is not None
    assert (parsed.value_text, str(parsed.value)) == (text, value)
    assert (parsed.unit, parsed.stable, parsed.channel) == (unit, stable, channel)


@pytest.mark.parametrize("raw", [b"OL,+9999999E+19\r\n", b"OL,GS,+------kg\r\n"])
def test_overload_has_no_value(raw: bytes) -> None:
    parsed = st_us.parse(raw)
    assert parsed is not None
    assert (parsed.said, parsed.value, parsed.overload, parsed.stable) == (Said.FAULT, None, True, False)


@pytest.mark.parametrize(
    ("raw", "code", "symbology"),
    [
        (b"]d201069012345678921727113010ML7\x1d21A\r\n", "01069012345678921727113010ML7\x1d21A", "]d2"),
        (b"ML-20261121-001\n", "ML-20261121-001", None),
        ("口罩\r".encode(), "口罩", None),
    ],
)
def test_a_scan_is_text_and_its_symbology(raw: bytes, code: str, symbology: str | None) -> None:
    parsed = scanner.parse(raw)
    assert parsed is not None
    assert (parsed.said, parsed.value_text, parsed.channel, parsed.value) == (Said.CODE, code, symbology, None)


def test_a_tester_prints_finished_results() -> None:
    parsed = delimited.parse(b"PFE,98.70,%\r\n")
    assert parsed is not None
    assert (parsed.channel, parsed.value_text, parsed.unit, parsed.stable) == ("PFE", "98.70", "%", True)


WHOLE = {
    "mt-sics": b"S S     100.00 g\r\n",
    "st-us": b"ST,+00123.45  g\r\n",
    "delimited": b"PFE,98.72,%\r\n",
}


@pytest.mark.parametrize("name", WHOLE)
def test_no_part_of_a_line_is_taken_for_a_reading(name: str) -> None:
    """A line that lost its beginning or its middle is nobody's value; its end is missing only without the line end."""
    driver, whole = registry.drivers()[name], WHOLE[name]
    for cut in range(1, len(whole) - 2):
        parsed = driver.parse(whole[cut:])
        assert parsed is None or parsed.value == driver.parse(whole).value  # type: ignore[union-attr]
    for cut in range(1, len(whole) - 2):
        for twice in (whole[:cut] + whole, whole[:cut] + whole[cut + 1 :]):
            parsed = driver.parse(twice)
            if parsed is not None and parsed.said is Said.VALUE:
                assert name != "st-us"  # fixed columns catch every lost byte


@given(st.binary(max_size=64))
def test_no_bytes_make_a_driver_fail(raw: bytes) -> None:
    for driver in registry.BUILT_IN:
        driver.parse(raw)
        driver.parse(raw + b"\r\n")


def test_a_cr_alone_ends_a_line_when_the_instrument_falls_silent() -> None:
    line = Assembler(mt_sics.DRIVER)
    assert line.feed(b"S S     100.00 g\r") == []
    assert line.idle() == [(Piece.FRAME, b"S S     100.00 g\r")]
    assert line.feed(b"S S     200.00 g\rS S     300.00 g\r") == [(Piece.FRAME, b"S S     200.00 g\r")]
    assert line.feed(b"\n") == [(Piece.FRAME, b"S S     300.00 g\r\n")]
    assert line.idle() == []


@given(st.lists(st.binary(max_size=20)), st.integers(1, 7))
def test_framing_keeps_every_byte_however_it_is_split(parts: list[bytes], size: int) -> None:
    whole = b"\r\n".join(parts)
    rest, got = b"", b""
    for at in range(0, len(whole), size):
        frames, rest = frame(rest + whole[at : at + size])
        got += b"".join(frames)
    assert got + rest == whole


def test_a_flood_without_an_end_is_kept_as_garbage_and_never_read() -> None:
    line = Assembler(mt_sics.DRIVER)
    pieces = line.feed(b"x" * 5000) + line.feed(b"S S     100.00 g\r\n") + line.feed(WHOLE["mt-sics"])
    assert [kind for kind, _raw in pieces] == [Piece.GARBAGE, Piece.GARBAGE, Piece.FRAME]
    assert sum(len(raw) for _kind, raw in pieces) == 5000 + 2 * len(WHOLE["mt-sics"])
    assert max(len(raw) for _kind, raw in pieces) <= FRAME_CAP


def test_a_tail_is_truncated_and_an_empty_line_is_nothing() -> None:
    line = Assembler(mt_sics.DRIVER)
    assert line.feed(b"S S    10") == []
    assert line.end() == [(Piece.TRUNCATED, b"S S    10")]
    assert line.feed(b"\r\n\r\n") == []
    assert line.end() == []


def test_half_a_scan_heard_at_opening_is_not_a_code() -> None:
    line = Assembler(scanner.DRIVER)
    assert line.feed(b"1-001\r\nML-2", just_opened=True) == [(Piece.GARBAGE, b"1-001\r\n")]
    assert line.feed(b"\r\n", just_opened=True) == [(Piece.FRAME, b"ML-2\r\n")]


def test_a_driver_of_another_package_cannot_take_a_built_in_name(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Driver("mine", "Mine", frame, delimited.parse)
    offered = {"good": mine, "taken": mt_sics.DRIVER, "wrong": object()}

    def offer(*names: str) -> None:
        points = [SimpleNamespace(name=name, value=name, load=lambda name=name: offered[name]) for name in names]
        monkeypatch.setattr(registry, "entry_points", lambda group: points)
        registry.drivers.cache_clear()

    offer("good")
    assert registry.drivers()["mine"] is mine
    offer("taken")
    with pytest.raises(ValueError, match="already there"):
        registry.drivers()
    offer("wrong")
    with pytest.raises(TypeError, match="no Driver"):
        registry.drivers()
    monkeypatch.undo()
    registry.drivers.cache_clear()
