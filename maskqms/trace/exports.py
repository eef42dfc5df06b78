"""Tables people take along: CSV that Excel opens as it is, and XLSX with a bold, frozen head."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Value = str | int | float | Decimal | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def harmless(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def to_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def to_xlsx(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """One sheet a table; written row by row, so that a wide table needs no more memory than its file."""
    book = Workbook(write_only=True)
    for title, head, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        cells = []
        for word in head:
            cell = WriteOnlyCell(sheet, value=word)
            cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
        for row in rows:
            sheet.append([harmless(value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()
