"""What the import page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.trace.importer.layout import FILES, Layout
from maskqms.trace.importer.load import Imported
from maskqms.trace.queries.imports import ImportRow
from maskqms.web.forms import Form


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The form, what is expected, what was imported before; after a load or a refusal also its outcome."""

    form: Form[Any]
    layouts: Sequence[Layout]
    imports: Sequence[ImportRow]
    outcome: Imported | None = None
    at: datetime | None = None


def import_page(
    form: Form[Any], imports: Sequence[ImportRow], outcome: Imported | None = None, at: datetime | None = None
) -> ImportPage:
    return ImportPage(form, FILES, imports, outcome, at)
