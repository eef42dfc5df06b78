"""Limits that the factory entered, as the standards package takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.db import sql
from maskqms.standards.adjustments import Adjustment
from maskqms.standards.limits import Kind


@dataclass(frozen=True, slots=True)
class EnteredLimitRow:
    """A version of a limit; the last one of a test counts, and none may be looser than the one before."""

    id: int
    edition: str
    test: str
    grade: str | None
    version: int
    limit_text: str
    kind: Kind | None
    clause: str | None
    source: str
    name: str
    at: datetime

    def adjustment(self) -> Adjustment:
        return Adjustment(
            edition=self.edition,
            test=self.test,
            grade=self.grade,
            limit=self.limit_text,
            kind=self.kind,
            clause=self.clause,
            source=self.source,
        )


async def entered_limits(*editions: str) -> list[EnteredLimitRow]:
    """All versions for these editions, oldest first: applied in that order."""
    return await sql.fetch_as(
        EnteredLimitRow,
        "SELECT l.id, l.edition, l.test, l.grade, l.version, l.limit_text, l.kind, l.clause, l.source, s.name, l.at"
        " FROM entered_limit l JOIN signature s ON s.id = l.signature WHERE l.edition = ANY($1::text[]) ORDER BY l.id",
        list(editions),
    )
