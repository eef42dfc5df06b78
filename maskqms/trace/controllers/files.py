"""A table as a file to take along, named so that any system can keep it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from litestar import Response

from maskqms.trace.exports import CSV, XLSX, to_csv, to_xlsx
from maskqms.trace.queries.answer import Item, TracedShipment, TracedUnit
from maskqms.trace.queries.tables import HEADS, View, cells_of

FILE_FORMS = frozenset({"csv", "xlsx"})


def as_file(view: View, rows: Iterable[TracedUnit | Item | TracedShipment], form: str, name: str) -> Response[bytes]:
    """The rows under the heads of their view, in the reader's language."""
    head = [str(word) for word in HEADS[view]]
    cells = (cells_of(row) for row in rows)
    content = to_xlsx([(str(view), head, cells)]) if form == "xlsx" else to_csv(head, cells)
    return attachment(content, XLSX if form == "xlsx" else CSV, f"{name}.{form}")


def attachment(content: bytes, media_type: str, name: str) -> Response[bytes]:
    header = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": header})
