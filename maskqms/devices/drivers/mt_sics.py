"""Mettler Toledo MT-SICS level 0 and 1 weight answers: `S S     100.00 g`, `S D      99.87 g`, `S +`, `ES`."""

import re
from decimal import Decimal
from types import MappingProxyType

from maskqms.devices.drivers.contract import Driver, Parsed, Said
from maskqms.devices.drivers.lines import at_idle, content, frame
from maskqms.devices.drivers.units import ucum

_COMMAND = rb"(?:SIR?U?|SN?RU?|SU?|ST)"
_WEIGHT = re.compile(rb"%b +(?P<state>[SD]) +(?P<value>[+-]?\d{1,12}(?:\.\d{1,9})?) +(?P<unit>\S{1,8}) *" % _COMMAND)
_NO_WEIGHT = re.compile(rb"%b +(?P<why>[I+-]) *" % _COMMAND)
_FAULTS = {b"I": "not executable", b"+": "overload", b"-": "underload"}
_ERRORS = {b"ES": "syntax error", b"ET": "transmission error", b"EL": "logical error"}


def parse(raw: bytes) -> Parsed | None:
    """A weight, a fault the balance names, or None."""
    line = content(raw)
    if found := _WEIGHT.fullmatch(line):
        text, unit = found["value"].decode("ascii"), found["unit"].decode("ascii", "replace")
        return Parsed(Said.VALUE, Decimal(text), text, unit=ucum(unit), unit_raw=unit, stable=found["state"] == b"S")
    if found := _NO_WEIGHT.fullmatch(line):
        fault = _FAULTS[found["why"]]
        return Parsed(Said.FAULT, stable=False, overload=fault == "overload", fault=fault)
    if fault_text := _ERRORS.get(line.rstrip()):
        return Parsed(Said.FAULT, fault=fault_text)
    return None


DRIVER = Driver(
    "mt-sics",
    "Mettler Toledo MT-SICS",
    frame,
    parse,
    at_idle=at_idle,
    commands=MappingProxyType({"poll": b"SI\r\n", "stable": b"S\r\n", "serial number": b"I4\r\n"}),
)
