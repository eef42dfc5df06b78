"""The data that the macros of `templates/_parts/` draw; features fill these, so every page looks alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from maskqms.errors import Reason
from maskqms.i18n import Text
from maskqms.workflow import State, Tone

Words = Text | str


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value; a link where the value is a record."""

    label: Words
    value: Any
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    label: Words
    href: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Words
    hint: Words | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a table column; the unit stands in the head, not in every cell; `sort` is the query value."""

    label: Words
    unit: Words | None = None
    numeric: bool = False
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a list stands: page `number` of `size` rows out of `total`, at `path` with the filter in `query`."""

    number: int
    size: int
    total: int
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def first(self) -> int:
        return 0 if self.total == 0 else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    def to(self, number: int) -> str:
        kept = {name: value for name, value in self.query.items() if value not in (None, "", [])}
        return f"{self.path}?{urlencode({**kept, 'page': number}, doseq=True)}"


@dataclass(frozen=True, slots=True)
class Moment:
    """One act in a record's history: who, what, why, and what it changed."""

    at: datetime
    who: Words
    what: Words
    reason: str | None = None
    before: Mapping[Any, Any] | None = None
    after: Mapping[Any, Any] | None = None
    meaning: Words | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a gate: passed, or every reason why not and who can cure it."""

    label: Words
    passed: bool
    reasons: Sequence[Reason] = ()
    evidence: Words | None = None
    who: Words | None = None


@dataclass(frozen=True, slots=True)
class CheckGroup:
    title: Words
    checks: Sequence[Check]

    @property
    def passed(self) -> Sequence[Check]:
        return [check for check in self.checks if check.passed]

    @property
    def open(self) -> Sequence[Check]:
        return [check for check in self.checks if not check.passed]


@dataclass(frozen=True, slots=True)
class Shown:
    """Exactly what is signed: the facts on the screen and the digest of their canonical form."""

    rows: Sequence[Fact]
    digest: str


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature as every screen and print of the record shows it (R19, R20)."""

    name: str
    roles: Words
    meaning: Words
    at: datetime
    digest: str
    void: bool = False
    username: str | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """One value of a worksheet with the verdict it got; `source` names the instrument reading behind it."""

    specimen: int
    value: str | None = None
    tone: Tone | None = None
    word: Words | None = None
    source: Words | None = None
    locked: bool = False
    error: Words | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    test: str
    label: Words
    limit: Words
    unit: Words | None
    cells: Sequence[GridCell]
    choices: Sequence[tuple[str, Words]] = ()
    instruments: Sequence[Option] = ()
    """What the row can be measured with; `instrument` is the one chosen to begin with."""
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Tests by specimens; every changed cell posts test, specimen, value and key to `url`."""

    url: str
    rows: Sequence[GridRow]
    specimens: int
    label: Words


@dataclass(frozen=True, slots=True)
class GridCellPage:
    """Answer to one posted cell; `number` is the row's place in the grid, which the browser sent as `row`."""

    row: GridRow
    cell: GridCell
    number: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from a scan, offered only where a reversal exists."""

    url: str
    label: Words
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The green answer of a scan: what changed, and the way back."""

    text: Words
    detail: Words | None = None
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits, in a section of Today."""

    code: str
    href: str
    text: Words
    state: State | None = None
    due: date | datetime | None = None
    who: Words | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of Today with its rows, or the sentence that says that nothing is there."""

    title: Words
    rows: Sequence[Row]
    empty: Words
    icon: str = "list-check"
    href: str | None = None
    total: int | None = None
