"""Lines: ended by CR, LF or both, whichever the instrument was set to.

A CR that is the last byte so far may be half of a CR LF: it ends the line only when the instrument falls silent. No
byte is dropped; what still comes before a line (a late LF, empty lines) is kept with it and stripped on reading.
"""

import re

from maskqms.devices.drivers.contract import Frames

_ENDS = b"\r\n"
_LINE = re.compile(rb"[\r\n]*[^\r\n]+(?:\r\n|\n|\r(?=[^\n]))")
_LAST = re.compile(rb"[\r\n]*[^\r\n]+(?:\r\n|\n|\r)")


def _frames(line: re.Pattern[bytes], buffer: bytes) -> Frames:
    frames: list[bytes] = []
    at = 0
    while found := line.match(buffer, at):
        frames.append(found.group())
        at = found.end()
    return frames, buffer[at:]


def frame(buffer: bytes) -> Frames:
    """Every finished line with its end, and what is left over."""
    return _frames(_LINE, buffer)


def at_idle(buffer: bytes) -> Frames:
    """The same when nothing more came for a while: a lone CR was the end."""
    return _frames(_LAST, buffer)


def content(raw: bytes) -> bytes:
    """The line without its ends and without the NULs some converters send when a cable is plugged in."""
    return raw.strip(_ENDS + b"\x00")
