"""What was changed after it was first entered, for the reviewer who signs to have seen it (R33), and the digest that
tells whether the record is still the one that was reviewed (R21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Json

from maskqms.accounts.signing import content_digest
from maskqms.release.states import ReviewPart

PROGRESS = frozenset({"state", "balances"})
"""Columns that move with the work; their history is the list of acts, not a correction."""

QUALITY_ONLY = frozenset({"results", "sheets", "deviation_states", "hold_states"})
"""Entries that the production review does not cover. A deviation or hold that comes to be concerns both reviews; that
it ends is quality's own work."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of the query: a row's update, a correction, a reversal, or the fingerprint of all entries."""

    batch: int
    kind: str
    id: int
    at: datetime
    who: str | None
    subject: str | None
    before: Json[dict[str, Any]] | None
    after: Json[dict[str, Any]] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was there and is another one now."""

    at: datetime
    who: str
    subject: str
    part: ReviewPart
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None

    def content(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "who": self.who,
            "subject": self.subject,
            "before": dict(self.before),
            "after": dict(self.after),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything a reviewer has to have seen, and the fingerprint of the entries behind it."""

    listed: tuple[Change, ...] = ()
    entries: Mapping[str, Any] = field(default_factory=dict)

    def of(self, part: ReviewPart) -> Sequence[Change]:
        """The production review covers production; the quality review covers everything."""
        if part is ReviewPart.QUALITY:
            return self.listed
        return [change for change in self.listed if change.part is part]

    def digest(self, part: ReviewPart) -> str:
        """Another one as soon as anything is entered or changed in the part that is reviewed."""
        kept = {k: v for k, v in self.entries.items() if part is ReviewPart.QUALITY or k not in QUALITY_ONLY}
        return content_digest({"entries": kept, "changes": [change.content() for change in self.of(part)]})


def read_changes(rows: Sequence[ChangeRow]) -> Changes:
    """The rows of the query: first entries left out, the columns that only move with the work too."""
    listed = []
    entries: Mapping[str, Any] = {}
    for row in rows:
        if row.kind == "entries":
            entries = row.after or {}
            continue
        before, after = _changed(row)
        if before:
            laboratory = row.kind == "result" or row.subject == "inspection"
            part = ReviewPart.QUALITY if laboratory else ReviewPart.PRODUCTION
            who, subject = row.who or "-", row.subject or "-"
            listed.append(Change(row.at, who, subject, part, before, after, row.reason))
    return Changes(tuple(listed), entries)


def _changed(row: ChangeRow) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    before, after = dict(row.before or {}), dict(row.after or {})
    if row.kind != "row":
        return before, after
    names = [
        name for name, old in before.items() if old is not None and name not in PROGRESS and after.get(name) != old
    ]
    return {name: before[name] for name in names}, {name: after.get(name) for name in names}
