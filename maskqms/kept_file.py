"""A file that is kept with a record: a PDF, a JPEG or a PNG, not too large, and of the type that its content says.

Neither the name nor the browser's word counts: the first bytes name the type and the rest must read as such (R43).
"""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.settings import settings

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
STARTS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
TAIL = 2048
"""A PDF ends with the place of its table; what a scanner adds behind it is short."""
MEGABYTE = 1024 * 1024


def media_type(content: bytes) -> str | None:
    """What the content is; None for anything else, and for a file that is cut off or only begins like one."""
    kind = next((name for start, name in STARTS if content.startswith(start)), None)
    if kind is None:
        return None
    return kind if (_reads_as_pdf(content) if kind == PDF else _reads_as_picture(content, kind)) else None


def file_blockers(name: str, content: bytes) -> list[Reason]:
    """Why a file is not kept."""
    most = settings().file_megabytes
    if not content:
        text = _("{file} is empty.", file=name)
        return [Reason("file.empty", text, _("Scan or photograph the paper again."))]
    if len(content) > most * MEGABYTE:
        text = _("{file} is larger than {most} MB.", file=name, most=most)
        return [Reason("file.size", text, _("Scan it in grey with 200 dpi, or photograph it smaller."))]
    if media_type(content) is None:
        text = _("{file} is no PDF, JPEG or PNG, or it is damaged.", file=name)
        return [Reason("file.type", text, _("Save it as one of these, then choose it again."))]
    return []


def _reads_as_pdf(content: bytes) -> bool:
    """The end names a place in the file, and there the table of objects stands."""
    found = re.search(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z", content[-TAIL:].rstrip(b"\x00"))
    if found is None:
        return False
    place = int(found[1])
    return re.match(rb"\s*(xref|\d+\s+\d+\s+obj)", content[place : place + 40]) is not None


def _reads_as_picture(content: bytes, kind: str) -> bool:
    """The picture can be drawn; a photo is drawn small, which is quick and still finds one that is cut off."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG",) if kind == JPEG else ("PNG",)) as picture:
            if kind == PNG:
                picture.verify()
                return True
            picture.draft("L", (64, 64))
            picture.load()
            return True
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
