"""What the pages of the trail show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from maskqms.audit.field_names import field_name
from maskqms.audit.queries import EntryRow, History, Moment, TrailState
from maskqms.audit.table_names import table_name
from maskqms.audit.tags import Tag
from maskqms.audit.verification import Verification
from maskqms.i18n import Text, _
from maskqms.web import parts
from maskqms.web.parts import Tab

REASONS = "reasons"
"""The fact of a refusal that holds why."""
FACTS_SHOWN = 5
"""Of an act on a timeline; the whole of it is in the history."""
VERBS: dict[str, Text] = {"insert": _("new"), "update": _("changed")}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a changed row or fact of an act, old and new side by side."""

    field: Text | str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ChangedRow:
    table: Text | str
    row: int
    verb: Text | str
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
    refusals: Sequence[Mapping[str, Any]]
    facts: Sequence[Change]
    rows: Sequence[ChangedRow]
    entry: int
    request_id: str | None
    station: str | None
    whole: str
    more: int = 0
    alone: bool = False
    """Whether rows changed in a transaction in which nobody acted: behind the product's back."""


def words_of(tag: str) -> Text | str:
    return Tag(tag).label if tag in Tag._value2member_map_ else tag


def side_by_side(entry: EntryRow) -> ChangedRow:
    """The fields that differ between old and new; all fields of a new row."""
    return ChangedRow(
        table_name(entry.table_name or ""), entry.row_id or 0, VERBS.get(entry.tag, entry.tag), _changes(entry)
    )


def _changes(entry: EntryRow) -> list[Change]:
    old, new = entry.before or {}, entry.after or {}
    fields = [name for name in {**old, **new} if old.get(name) != new.get(name) and name != REASONS]
    return [Change(field_name(name), old.get(name), new.get(name)) for name in fields]


def entries_with_rows(rows: Sequence[EntryRow]) -> list[HistoryEntry]:
    """Group what each transaction did: its acts, the first one carrying the changed rows."""
    changed: dict[Moment, list[EntryRow]] = {}
    for row in rows:
        if row.kind == "row":
            changed.setdefault(Moment(row.epoch, row.tx), []).append(row)
    acted = {Moment(row.epoch, row.tx) for row in rows if row.kind != "row"}
    entries = []
    for row in rows:
        moment = Moment(row.epoch, row.tx)
        if row.kind != "row" or (moment not in acted and moment in changed):
            entries.append(_entry(row, changed.pop(moment, [])))
    return entries


def _entry(row: EntryRow, changed: Sequence[EntryRow]) -> HistoryEntry:
    alone = row.kind == "row"
    return HistoryEntry(
        at=row.at,
        recorded_at=row.recorded_at,
        who=row.name or "",
        what=_("Changed by no act") if alone else words_of(row.tag),
        refused=row.kind == "refusal",
        subject=row.subject,
        reason=row.reason,
        refusals=(row.after or {}).get(REASONS, ()),
        facts=[] if alone else _changes(row),
        rows=[side_by_side(one) for one in changed],
        entry=row.id,
        request_id=row.request_id,
        station=row.station,
        whole=f"/transactions/{row.epoch}/{row.tx}",
        more=row.changed - len(changed) if changed else 0,
        alone=alone,
    )


def history_href(subject: str) -> str:
    """The address of a record's history, whatever the record is called."""
    return f"/history/{quote(subject)}"


@dataclass(frozen=True, slots=True)
class HistoryPage:
    subject: str
    entries: Sequence[HistoryEntry]
    older: Moment | None = None

    @property
    def older_href(self) -> str | None:
        if self.older is None:
            return None
        return f"{history_href(self.subject)}?epoch={self.older.epoch}&tx={self.older.tx}"


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The last acts on a record, for its own page; refusals stand in the history."""

    moments: Sequence[parts.Moment]
    history: str


def timeline_page(subject: str, found: History) -> TimelinePage:
    acts = [entry for entry in entries_with_rows(found.entries) if not entry.refused]
    return TimelinePage([_moment(entry) for entry in acts], history_href(subject))


def _moment(entry: HistoryEntry) -> parts.Moment:
    facts = [fact for fact in entry.facts if not isinstance(fact.new, list | dict)][:FACTS_SHOWN]
    return parts.Moment(
        entry.at,
        entry.who,
        entry.what,
        entry.reason,
        before={str(fact.field): fact.old for fact in facts if fact.old is not None},
        after={str(fact.field): fact.new for fact in facts},
    )


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """Everything one transaction wrote, a part at a time."""

    moment: Moment
    acts: Sequence[HistoryEntry]
    rows: Sequence[ChangedRow]
    more: int | None


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
