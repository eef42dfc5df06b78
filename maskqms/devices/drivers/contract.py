"""What a driver is: two pure functions and a name, so that a byte string is all a test or a later re-reading needs.

A driver never guesses: a frame it does not know completely is `None`, kept as it came and judged by nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

FRAME_CAP = 4096
"""Bytes. Longer than any known instrument's frame: what passes it without an end is garbage, not a reading."""


class Said(StrEnum):
    """What a frame turned out to be."""

    VALUE = "value"
    CODE = "code"
    FAULT = "fault"
    """The instrument itself reports that it has no value: overload, syntax error, not executable."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One frame understood. `value_text` holds the digits as sent: 10.00 is not 10 to a laboratory."""

    said: Said
    value: Decimal | None = None
    value_text: str | None = None
    unit: str | None = None
    """UCUM; None when the driver does not know the unit the instrument named."""
    unit_raw: str | None = None
    stable: bool | None = None
    """None when the family has no such notion; never guessed."""
    overload: bool = False
    channel: str | None = None
    """Gross, net, tare, the name of a test, or the symbology of a code: which of its quantities the frame carries."""
    fault: str | None = None


Frames: TypeAlias = tuple[list[bytes], bytes]
"""Finished frames, and the bytes that wait for more."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A family of instruments. `version` goes with every reading, so that a corrected driver can be told apart."""

    name: str
    title: str
    frame: Callable[[bytes], Frames]
    parse: Callable[[bytes], Parsed | None]
    version: str = "1"
    at_idle: Callable[[bytes], Frames] | None = None
    """What the buffer holds when the instrument has been silent for a moment; None: the same as `frame`."""
    commands: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """What can be sent to the instrument: "poll" asks for the value now."""
    shows_cut: bool = True
    """False when half a frame looks like a whole one (a bar code): what is heard at opening is then not used."""
