"""A bar code scanner on a serial line: one code a line, with its AIM identifier (`]C1`, `]d2`) where it is sent.

The group separator inside a GS1 code is data and stays. What the code means is for others to say.
"""

import re

from maskqms.devices.drivers.contract import Driver, Parsed, Said
from maskqms.devices.drivers.lines import at_idle, content, frame

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f\ufffd]")
"""Everything a code may not hold; \x1d, the GS1 separator, is missing here on purpose."""


def parse(raw: bytes) -> Parsed | None:
    """The code as scanned, its symbology apart; None when the bytes are not text."""
    text = content(raw).decode("utf-8", "replace")
    symbology = text[:3] if _AIM.match(text) else None
    code = text[3:] if symbology else text
    if not code.strip() or _CONTROL.search(code):
        return None
    return Parsed(Said.CODE, value_text=code, channel=symbology)


DRIVER = Driver("scanner", "Bar code scanner", frame, parse, at_idle=at_idle, shows_cut=False)
