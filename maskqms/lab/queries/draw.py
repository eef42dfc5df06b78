"""The sealed list of an inspection, its draw, and what was opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.audit.published import Published, seal_of
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.lab.drawing import drawn


@dataclass(frozen=True, slots=True)
class ListRow:
    """What is drawn from, and how many."""

    units: list[str]
    draw: int
    digest: str
    listed_at: datetime


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """What somebody opened."""

    units: list[str]
    reason: str | None
    deviation: str | None
    opener_name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Draw:
    """A list with its seed, once there is one, and so the drawn units."""

    inspection: str
    sealed: ListRow
    seal: Published | None

    @property
    def seed(self) -> str | None:
        return None if self.seal is None else self.seal.root.hex()

    @property
    def chosen(self) -> list[str] | None:
        """The units to open; None until the list is sealed."""
        return None if self.seed is None else drawn(self.sealed.units, self.sealed.draw, self.seed)


async def list_of(inspection_id: int) -> ListRow | None:
    return await sql.one_as(
        ListRow, "SELECT units, draw, digest, listed_at FROM sample_list WHERE inspection = $1", inspection_id
    )


async def draw_of(code: str, inspection_id: int) -> Draw | None:
    """The draw of an inspection that has a list: two statements."""
    found = await list_of(inspection_id)
    return None if found is None else Draw(code, found, await seal_of(Tag.SAMPLE_LIST, code))


async def openings_of(inspection_id: int) -> list[OpeningRow]:
    """What was opened, oldest first."""
    return await sql.fetch_as(
        OpeningRow,
        "SELECT units, reason, deviation, opener_name, opened_at FROM sample_opening WHERE inspection = $1 ORDER BY id",
        inspection_id,
    )
