"""Testers that print one finished result a line as `TEST,VALUE,UNIT`, for example `PFE,98.72,%`.

No maker's own format: makers of filter testers publish none, yet several can be set to print such a line. The line is
printed when the test has ended, so a result is stable by being there.
"""

import re
from decimal import Decimal

from maskqms.devices.drivers.contract import Driver, Parsed, Said
from maskqms.devices.drivers.lines import at_idle, content, frame
from maskqms.devices.drivers.units import ucum

_RESULT = re.compile(
    rb" *(?P<test>[A-Za-z][\w ./-]{0,31}?) *[,;\t] *(?P<value>[+-]?\d{1,12}(?:\.\d{1,9})?) *[,;\t] *(?P<unit>\S{1,8}) *"
)


def parse(raw: bytes) -> Parsed | None:
    """One result, or None."""
    found = _RESULT.fullmatch(content(raw))
    if not found:
        return None
    text, unit = found["value"].decode("ascii"), found["unit"].decode("ascii", "replace")
    return Parsed(
        Said.VALUE,
        Decimal(text),
        text,
        unit=ucum(unit),
        unit_raw=unit,
        stable=True,
        channel=found["test"].decode("ascii"),
    )


DRIVER = Driver("delimited", "Tester with TEST,VALUE,UNIT lines", frame, parse, at_idle=at_idle)
