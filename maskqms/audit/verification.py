"""`audit verify`: the chain of seals, every entry under them, and every regulated row against its own history.

Three ways in which somebody could lie are looked for: an entry changed, added or removed; a row changed with the
triggers on but by no act; a row changed with the triggers off, so that it differs from what its history says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maskqms.audit.chain import Broken, Chain, difference, leaves_of
from maskqms.audit.keys import own_key_id, remembered, trusted
from maskqms.audit.rows import broken_row, broken_trigger, changed_by_no_act
from maskqms.audit.seals import PAYLOAD, database_name, leaf
from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.db.transaction import transaction

AT_ONCE = 20_000
"""Entries fetched in one statement; while they are hashed the database fetches the next."""


@dataclass(frozen=True, slots=True)
class Verification:
    entries: int
    seals: int
    unsealed: int
    ok: bool
    first_broken: Broken | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_one_at_a_time = asyncio.Lock()
"""A verification takes two connections; several at once could each hold one and wait for ever for the other."""

ONE_LOOK = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


async def verify() -> Verification:
    """Check everything from one snapshot of the database: the chain here, the rows on a second connection beside it."""
    async with _one_at_a_time, transaction():
        await sql.execute(ONE_LOOK)
        total = await sql.fetch_value("SELECT count(*) FROM audit_entry")
        seals = await sql.fetch_one("SELECT count(*) AS seals, coalesce(sum(entries), 0) AS entries FROM audit_seal")
        assert seals is not None
        rows = asyncio.create_task(_rows(await sql.fetch_value("SELECT pg_export_snapshot()")))
        try:
            broken = await _chain()
        finally:
            of_rows = await rows
        broken = broken or of_rows
        unsealed = max(total - int(seals["entries"]), 0)
        return Verification(total, seals["seals"], unsealed, broken is None, broken)


async def _rows(snapshot: str) -> Broken | None:
    """Triggers, acts and rows, in a task of its own and so in a transaction of its own, with the same look."""
    DB.current_transaction.set(None)
    async with transaction():
        await sql.execute(ONE_LOOK)
        await sql.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        return await broken_trigger() or await changed_by_no_act() or await broken_row()


SEALS = f"""
SELECT id, epoch, tx_from, tx_until, entries, leaves, root, previous, key_id, signature
FROM (SELECT s.*, sum(entries) OVER walk AS upto, first_value(epoch) OVER walk AS first
      FROM (SELECT * FROM audit_seal WHERE id > $1 ORDER BY id LIMIT 2000) s WINDOW walk AS (ORDER BY id)) t
WHERE epoch = first AND (upto <= {AT_ONCE} OR upto = entries) ORDER BY id
"""

ENTRIES = f"""
SELECT e.tx, {PAYLOAD} AS payload FROM audit_entry e WHERE epoch = $1 AND tx >= $2 AND tx < $3 ORDER BY tx, id
"""


async def _fetch(after: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """The next seals, of one epoch, and the entries of their range."""
    seals = await sql.fetch(SEALS, after)
    if not seals:
        return (), ()
    return seals, await sql.fetch(ENTRIES, seals[0]["epoch"], seals[0]["tx_from"], seals[-1]["tx_until"])


async def _chain() -> Broken | None:
    """Every seal, in order, and what lies under it; hashing one part while the database fetches the next."""
    name = await database_name()
    chain = Chain(trusted=trusted(), own=own_key_id(), head=remembered(name))
    seals, entries = await _fetch(0)
    while seals:
        checking = asyncio.create_task(asyncio.to_thread(chain.check, seals, entries))
        try:
            following = await _fetch(seals[-1]["id"])
        finally:
            fault = await checking
        if fault is not None:
            return fault if isinstance(fault, Broken) else await _named(fault)
        seals, entries = following
    return chain.end() or await _outside(chain)


async def _named(seal: Any) -> Broken:
    """Which entry under a seal is not as it was."""
    span = (seal["epoch"], seal["tx_from"], seal["tx_until"])
    ids = await sql.fetch("SELECT id FROM audit_entry WHERE epoch = $1 AND tx >= $2 AND tx < $3 ORDER BY tx, id", *span)
    found = [leaf(row["payload"]) for row in await sql.fetch(ENTRIES, *span)]
    return difference(seal["id"], [row["id"] for row in ids], leaves_of(seal), found)


async def _outside(chain: Chain) -> Broken | None:
    """Entries where no seal will ever reach: of an epoch that is over, or of a transaction that has not been."""
    closed = {row["id"]: 0 for row in await sql.fetch("SELECT id FROM audit_epoch WHERE id < $1", chain.epoch)}
    for epoch, until in {**closed, **chain.until}.items():
        if epoch < chain.epoch:
            late = "SELECT id FROM audit_entry WHERE epoch = $1 AND tx >= $2 ORDER BY id LIMIT 1"
            if (entry := await sql.fetch_value(late, epoch, until)) is not None:
                return Broken("entry", "audit_entry", entry, f"was added later to epoch {epoch}, which is over")
    never = (
        "SELECT id FROM audit_entry WHERE (epoch, tx) >="
        " (maskqms_epoch(), pg_snapshot_xmax(pg_current_snapshot())::text::bigint) ORDER BY id LIMIT 1"
    )
    if (entry := await sql.fetch_value(never)) is not None:
        words = "of a transaction this database has not had; was it restored without maskqms restore?"
        return Broken("entry", "audit_entry", entry, words)
    return None
