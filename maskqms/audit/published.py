"""The seal under which an act lies: its root is a number that nobody could know or choose before the act was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maskqms.audit.tags import Tag
from maskqms.db import sql


@dataclass(frozen=True, slots=True)
class Published:
    """A seal as anybody may read it."""

    id: int
    root: bytes
    sealed_at: datetime


async def seal_of(tag: Tag, subject: str) -> Published | None:
    """The seal of the first act of this kind on a record; None until it is sealed, which takes about a second."""
    return await sql.one_as(
        Published,
        "SELECT z.id, z.root, z.sealed_at FROM (SELECT epoch, tx FROM audit_entry WHERE kind = 'act' AND tag = $1"
        " AND subject = $2 ORDER BY id LIMIT 1) e CROSS JOIN LATERAL (SELECT s.id, s.root, s.sealed_at, s.tx_from"
        " FROM audit_seal s WHERE s.epoch = e.epoch AND s.tx_until > e.tx ORDER BY s.tx_until LIMIT 1) z"
        " WHERE z.tx_from <= e.tx",
        str(tag),
        subject,
    )
