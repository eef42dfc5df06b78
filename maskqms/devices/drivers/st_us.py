"""The `ST,`/`US,` line of A&D balances and of most indicators made in China and Taiwan.

A&D: header, comma, nine characters of signed value, three of unit: `ST,+00123.45  g`; under `OL` the unit columns hold
an exponent and there is no value. Others: `ST,GS,+  4.876kg` with gross, net or tare between.
"""

import re
from decimal import Decimal
from types import MappingProxyType

from maskqms.devices.drivers.contract import Driver, Parsed, Said
from maskqms.devices.drivers.lines import at_idle, content, frame
from maskqms.devices.drivers.units import ucum

_OVERLOAD = re.compile(rb"OL,(?:[+-][\d.]{7}E[+-]\d\d|(?P<channel>GS|NT|TR),.{0,16})")
_A_AND_D = re.compile(rb"(?P<head>ST|US|QT),(?P<value>[+-][\d.]{8})(?P<unit>.{3})")
_INDICATOR = re.compile(
    rb"(?P<head>ST|US),(?P<channel>GS|NT|TR),(?P<value>[+-]? *\d{1,9}(?:\.\d{1,6})?) *(?P<unit>[A-Za-z%]{1,3}) *"
)
_NUMBER = re.compile(rb"[+-]?\d+(?:\.\d+)?")
_CHANNELS = {b"GS": "gross", b"NT": "net", b"TR": "tare"}


def parse(raw: bytes) -> Parsed | None:
    """A weight or a count with its stable flag, an overload, or None."""
    line = content(raw)
    if over := _OVERLOAD.fullmatch(line):
        return Parsed(Said.FAULT, stable=False, overload=True, channel=_CHANNELS.get(over["channel"]), fault="overload")
    found = _A_AND_D.fullmatch(line) or _INDICATOR.fullmatch(line)
    if not found:
        return None
    digits = found["value"].replace(b" ", b"")
    if not _NUMBER.fullmatch(digits):
        return None
    text, unit = digits.decode("ascii"), found["unit"].decode("ascii", "replace").strip()
    return Parsed(
        Said.VALUE,
        Decimal(text),
        text,
        unit=ucum(unit),
        unit_raw=unit,
        stable=found["head"] != b"US",
        channel=_CHANNELS.get(found.groupdict().get("channel") or b""),
    )


DRIVER = Driver(
    "st-us",
    "ST/US line (A&D, ST,GS,)",
    frame,
    parse,
    at_idle=at_idle,
    commands=MappingProxyType({"poll": b"Q\r\n", "stable": b"S\r\n"}),
)
