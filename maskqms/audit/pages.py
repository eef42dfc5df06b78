"""What the pages of the trail show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.audit.queries import EntryRow, TrailState
from maskqms.audit.tags import Tag
from maskqms.audit.verification import Verification
from maskqms.i18n import Text, _
from maskqms.web.parts import Tab


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a changed row, old and new side by side."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ChangedRow:
    table: str
    row: int
    verb: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An act or refusal with the rows it changed."""

    at: datetime
    recorded_at: datetime
    who: str
    what: Text | str
    refused: bool
    subject: str | None
    reason: str | None
    facts: Mapping[str, Any]
    rows: Sequence[ChangedRow]
    entry: int
    request_id: str | None
    station: str | None


def words_of(tag: str) -> Text | str:
    return Tag(tag).label if tag in Tag._value2member_map_ else tag


def side_by_side(entry: EntryRow) -> ChangedRow:
    """The fields that differ between old and new; all fields of a new row."""
    old, new = entry.before or {}, entry.after or {}
    fields = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ChangedRow(
        entry.table_name or "",
        entry.row_id or 0,
        entry.tag,
        [Change(name, old.get(name), new.get(name)) for name in fields],
    )


def entries_with_rows(rows: Sequence[EntryRow]) -> list[HistoryEntry]:
    """Group what one transaction did: its acts, the last one carrying the changed rows."""
    changed: dict[int, list[ChangedRow]] = {}
    for row in rows:
        if row.kind == "row":
            changed.setdefault(row.tx, []).append(side_by_side(row))
    return [
        HistoryEntry(
            at=row.at,
            recorded_at=row.recorded_at,
            who=row.name or "",
            what=words_of(row.tag),
            refused=row.kind == "refusal",
            subject=row.subject,
            reason=row.reason,
            facts={**({"old": row.before} if row.before else {}), **(row.after or {})},
            rows=changed.pop(row.tx, []),
            entry=row.id,
            request_id=row.request_id,
            station=row.station,
        )
        for row in rows
        if row.kind != "row"
    ]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    subject: str
    entries: Sequence[HistoryEntry]


@dataclass(frozen=True, slots=True)
class TrailPage:
    state: TrailState
    entries: Sequence[HistoryEntry]
    kind: str
    older: int | None
    found: Verification | None = None

    @property
    def tabs(self) -> list[Tab]:
        kinds = (("", _("All")), ("act", _("Acts")), ("refusal", _("Refusals")))
        return [Tab(label, f"/audit?kind={kind}", active=kind == self.kind) for kind, label in kinds]
