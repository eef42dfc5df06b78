"""Papers come in as uploads and go out as attachments, never run by the browser as a page of ours."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response
from litestar.datastructures import UploadFile

from maskqms.kept_file import JPEG, PDF, PNG
from maskqms.materials.actions.suppliers import CopyOfPaper
from maskqms.materials.queries.suppliers import FileRow

SHOWN_TYPES = frozenset({PDF, PNG, JPEG})
"""What a browser may show; anything else is handed over as a file."""


async def copy_of(file: UploadFile) -> CopyOfPaper:
    return CopyOfPaper(file.filename, await file.read())


def as_attachment(found: FileRow) -> Response[bytes]:
    kind = found.media_type if found.media_type in SHOWN_TYPES else "application/octet-stream"
    name = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return Response(found.content, media_type=kind, headers={"Content-Disposition": name})
