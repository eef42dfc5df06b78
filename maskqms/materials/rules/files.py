"""What a scanned paper is, by its content: the name and the browser's word prove nothing."""

from __future__ import annotations

from maskqms.errors import Reason
from maskqms.i18n import _

MOST_BYTES = 20 * 1024 * 1024
"""A photo of a paper is smaller; what is larger is another thing."""

PNG = b"\x89PNG\r\n\x1a\n"


def media_type_of(content: bytes) -> str | None:
    """PDF, JPEG or PNG, whole from its first mark to its last; none when it is anything else."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return "application/pdf"
    if content.startswith(PNG) and content[12:16] == b"IHDR" and b"IEND" in content[-32:]:
        return "image/png"
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-64:]:
        return "image/jpeg"
    return None


def file_blockers(name: str, content: bytes) -> list[Reason]:
    """Why a file is not kept as a paper."""
    if not content:
        return [Reason("file.empty", _("The file {name} is empty.", name=name))]
    reasons = []
    if len(content) > MOST_BYTES:
        text = _("The file {name} is larger than {most} MB.", name=name, most=MOST_BYTES // 1024 // 1024)
        reasons.append(Reason("file.size", text, _("Scan it again with fewer dots.")))
    if media_type_of(content) is None:
        text = _("The file {name} is no whole PDF, JPEG or PNG, whatever its name says.", name=name)
        reasons.append(Reason("file.type", text, _("Scan the paper again, or take a photo of it.")))
    return reasons
