"""Seals: finished transactions, in a fixed order, under a Merkle root that is chained and signed.

A transaction below the oldest running one is finished, so the entries of [tx_from, tx_until) can no longer grow: the
order is fixed at sealing and no writer ever waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from maskqms.audit.keys import key_id, remember, sealing_key
from maskqms.db import sql
from maskqms.db.transaction import transaction

SEALING = 7_201_001
"""Advisory lock: one sealer at a time, whichever process it lives in."""

MOST = 10_000
"""Entries under one seal; a transaction with more is never split. Bounds how long a sealer computes at a stretch."""

PAYLOAD = """record_send(ROW(e.id::int8, e.epoch::int4, e.tx::int8, e.kind::text, e.tag::text, e.subject::text,
    e.account::int8, e.name::text, e.roles::text, e.station::text, e.request_id::text, e.reason::text,
    e.table_name::text, e.row_id::int8, e.before::jsonb, e.after::jsonb,
    e.at::timestamptz, e.recorded_at::timestamptz))"""
"""The bytes of an entry `e`: PostgreSQL's wire form, each field with its type and length, so that no two entries give
the same. Put together by the statement and hashed here: nothing that lives in the database decides what is verified."""


def leaf(payload: bytes) -> bytes:
    """What stands for an entry under the root; leaf and node differ in their first byte."""
    return sha256(b"\x00" + payload).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Root of a binary Merkle tree; an odd node moves up alone."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
    return level[0] if level else sha256(b"").digest()


def signed_bytes(epoch: int, tx_from: int, tx_until: int, entries: int, root: bytes, previous: bytes | None) -> bytes:
    """What the signature covers: the range, the count, the root and the seal before."""
    return f"maskqms-seal-1:{epoch}:{tx_from}:{tx_until}:{entries}:{root.hex()}:{(previous or b'').hex()}".encode()


def seal_digest(signed: bytes, key_id: str, signature: bytes) -> bytes:
    """What the next seal names as the one before it: everything of it. So the last signature vouches for them all."""
    return sha256(b"%d:%s%s%s" % (len(signed), signed, key_id.encode(), signature)).digest()


@dataclass(frozen=True, slots=True)
class Last:
    """Where the chain stands."""

    epoch: int = 0
    tx_until: int = 0
    key_id: str | None = None
    digest: bytes | None = None


LAST = """
SELECT epoch, tx_from, tx_until, entries, root, previous, key_id, signature FROM audit_seal ORDER BY id DESC LIMIT 1
"""
SIGNED = ("epoch", "tx_from", "tx_until", "entries", "root", "previous")


async def _last() -> Last:
    row = await sql.fetch_one(LAST)
    if row is None:
        return Last()
    signed = signed_bytes(*(row[part] for part in SIGNED))
    return Last(row["epoch"], row["tx_until"], row["key_id"], seal_digest(signed, row["key_id"], row["signature"]))


async def seal(most: int = MOST) -> int:
    """Seal every finished transaction that is not sealed yet; the number of entries sealed. Another sealer: 0.

    Raises CannotSeal when the key is not here; another process that has it will do the work.
    """
    sealed = 0
    while some := await _seal_some(most):
        sealed += some
    return sealed


async def _seal_some(most: int) -> int:
    async with transaction():
        if not await sql.fetch_value("SELECT pg_try_advisory_xact_lock($1)", SEALING):
            return 0
        last = await _last()
        for record in await sql.fetch("SELECT id FROM audit_epoch WHERE id >= $1 ORDER BY id", last.epoch):
            epoch = int(record["id"])
            lower = last.tx_until if epoch == last.epoch else 0
            upper, rows = await _finished(epoch, lower, most)
            if rows:
                made, root = await _sign(epoch, lower, upper, rows, last)
                break
        else:
            return 0
        database = await database_name()
    remember(database, made, root)
    return len(rows)


async def database_name() -> str:
    """What tells this database from any other: the moment it was made."""
    return str(await sql.fetch_value("SELECT created_at::text FROM database_mark"))


async def _finished(epoch: int, lower: int, most: int) -> tuple[int, Sequence[Any]]:
    """Finished entries from `lower` on, and the transaction that they reach up to. A past epoch is finished whole, the
    present one up to its oldest running transaction."""
    upper = await sql.fetch_value(
        "SELECT CASE WHEN $1 = maskqms_epoch() THEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        " ELSE coalesce((SELECT max(tx) + 1 FROM audit_entry WHERE epoch = $1), 0) END",
        epoch,
    )
    query = (
        f"SELECT e.tx, {PAYLOAD} AS payload FROM audit_entry e WHERE epoch = $1 AND tx >= $2 AND tx < $3"
        " ORDER BY tx, id LIMIT $4"
    )
    rows = await sql.fetch(query, epoch, lower, upper, most + 1)
    if len(rows) <= most:
        return upper, rows
    cut = rows[-1]["tx"]
    if whole := [row for row in rows if row["tx"] < cut]:
        return cut, whole
    return cut + 1, await sql.fetch(query, epoch, lower, cut + 1, None)


async def _sign(epoch: int, lower: int, upper: int, rows: Sequence[Any], last: Last) -> tuple[int, bytes]:
    leaves = [leaf(row["payload"]) for row in rows]
    root = merkle_root(leaves)
    key = sealing_key(last.key_id)
    made = await sql.fetch_value(
        "INSERT INTO audit_seal (epoch, tx_from, tx_until, entries, root, previous, key_id, signature, leaves,"
        " sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp()) RETURNING id",
        epoch,
        lower,
        upper,
        len(rows),
        root,
        last.digest,
        key_id(key.public_key()),
        key.sign(signed_bytes(epoch, lower, upper, len(rows), root, last.digest)),
        b"".join(leaves),
    )
    return made, root
