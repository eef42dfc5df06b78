"""A label as one picture in the language of Zebra-compatible printers.

No font in the printer is needed, so Chinese prints the same everywhere, and the picture is the one that was checked.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from PIL import Image, ImageOps

_FIELD = re.compile(rb"\^GFA,(\d+),(\d+),(\d+),:Z64:([A-Za-z0-9+/=]+):([0-9A-F]{4})")


def document(picture: Image.Image, copies: int = 1) -> bytes:
    """One label: the size of the paper, the bitmap (1 is black, rows padded to bytes), the number of copies."""
    raw = ImageOps.invert(picture.convert("1").convert("L")).convert("1").tobytes()
    row = (picture.width + 7) // 8
    packed = base64.b64encode(zlib.compress(raw, 9))
    check = binascii.crc_hqx(packed, 0)
    return b"^XA^PW%d^LL%d^FO0,0^GFA,%d,%d,%d,:Z64:%s:%04X^FS^PQ%d^XZ\n" % (
        picture.width,
        picture.height,
        len(raw),
        len(raw),
        row,
        packed,
        check,
        copies,
    )


def pictures(stream: bytes) -> list[Image.Image]:
    """The pictures inside such documents, as the printer will see them; refuses what a printer would garble."""
    found = []
    for total, _length, row, packed, check in _FIELD.findall(stream):
        raw = zlib.decompress(base64.b64decode(packed, validate=True))
        if len(raw) != int(total) or int(check, 16) != binascii.crc_hqx(packed, 0):
            raise ValueError("a graphic field is damaged")
        size = (int(row) * 8, len(raw) // int(row))
        found.append(ImageOps.invert(Image.frombytes("1", size, raw).convert("L")))
    return found
