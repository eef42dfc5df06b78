"""Reads of the trail: the history of one record, one transaction, and the latest of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Json

from maskqms.audit.places import rows_about
from maskqms.db import sql

ROWS_SHOWN = 50
"""Changed rows shown of one transaction; a hold or a shipment may change thousands, which its own page shows."""

ACTS_SHOWN = 20
"""Acts shown of one transaction that names the record in none of them."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
    epoch: int
    tx: int
    kind: str
    tag: str
    subject: str | None
    name: str | None
    roles: str | None
    station: str | None
    request_id: str | None
    reason: str | None
    table_name: str | None
    row_id: int | None
    before: Json[Any] | None
    after: Json[Any] | None
    at: datetime
    recorded_at: datetime
    changed: int = 0


ENTRY = (
    "SELECT id, epoch, tx, kind, tag, subject, name, roles, station, request_id, reason, table_name, row_id, before,"
    " after, at, recorded_at FROM audit_entry"
)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """The place of a transaction in the trail: numbers start anew with every restore, hence the epoch."""

    epoch: int
    tx: int


@dataclass(frozen=True, slots=True)
class History:
    """A part of a record's history, latest first; `older`: what the next part begins before."""

    entries: Sequence[EntryRow]
    older: Moment | None


TRANSACTIONS = """
SELECT epoch, tx FROM (
    SELECT epoch, tx FROM audit_entry WHERE subject = $1
    UNION
    SELECT e.epoch, e.tx FROM unnest($2::text[], $3::bigint[]) AS place (name, number)
    JOIN audit_entry e ON e.kind = 'row' AND e.table_name = place.name AND e.row_id = place.number) told
WHERE $4::int IS NULL OR (epoch, tx) < ($4, $5::bigint)
ORDER BY epoch DESC, tx DESC LIMIT $6
"""

# Of each transaction: the acts on the record, or all where none is; of the changed rows the record's own come first.
ENTRIES = """
WITH shown AS MATERIALIZED (
    SELECT e.id, e.epoch, e.tx, e.kind,
           CASE WHEN e.kind = 'row' THEN place.number IS NOT NULL ELSE coalesce(e.subject = $1, false) END AS own
    FROM unnest($2::int[], $3::bigint[]) AS wanted (epoch, tx)
    JOIN audit_entry e ON e.epoch = wanted.epoch AND e.tx = wanted.tx
    LEFT JOIN unnest($4::text[], $5::bigint[]) AS place (name, number)
      ON e.kind = 'row' AND place.name = e.table_name AND place.number = e.row_id),
counted AS (
    SELECT id, kind = 'row' AS is_row, own,
           bool_or(own) FILTER (WHERE kind <> 'row') OVER whole AS named,
           count(*) FILTER (WHERE kind = 'row') OVER whole AS changed,
           row_number() OVER (PARTITION BY epoch, tx, kind = 'row' ORDER BY own DESC, id) AS place
    FROM shown WINDOW whole AS (PARTITION BY epoch, tx))
SELECT e.id, e.epoch, e.tx, e.kind, e.tag, e.subject, e.name, e.roles, e.station, e.request_id, e.reason, e.table_name,
       e.row_id, e.before, e.after, e.at, e.recorded_at, c.changed
FROM counted c JOIN audit_entry e ON e.id = c.id
WHERE CASE WHEN c.is_row THEN c.place <= $6 ELSE c.place <= $7 AND (c.own OR NOT c.named) END
ORDER BY e.epoch DESC, e.tx DESC, c.is_row, c.place
"""


async def history_of(subject: str, *, before: Moment | None = None, size: int = 50) -> History:
    """What happened to a record, so many transactions at a time: every act and refusal under its name, and every act
    that changed a row of it or one that names it."""
    places = [(name, row) for name, rows in (await rows_about(subject)).items() for row in rows]
    names, numbers = [name for name, _row in places], [row for _name, row in places]
    edge = (None, None) if before is None else (before.epoch, before.tx)
    found = await sql.fetch(TRANSACTIONS, subject, names, numbers, *edge, size + 1)
    moments = [Moment(row["epoch"], row["tx"]) for row in found[:size]]
    entries = await sql.fetch_as(
        EntryRow,
        ENTRIES,
        subject,
        [moment.epoch for moment in moments],
        [moment.tx for moment in moments],
        names,
        numbers,
        ROWS_SHOWN,
        ACTS_SHOWN,
    )
    return History(entries, moments[-1] if len(found) > size else None)


async def transaction_entries(moment: Moment, *, after: int, size: int) -> list[EntryRow]:
    """Everything one transaction wrote, in order."""
    return await sql.fetch_as(
        EntryRow,
        f"{ENTRY} WHERE epoch = $1 AND tx = $2 AND id > $3 ORDER BY id LIMIT $4",
        moment.epoch,
        moment.tx,
        after,
        size,
    )


async def latest(*, kind: str | None, person: str | None, before_id: int | None, size: int) -> list[EntryRow]:
    """The latest acts and refusals of everybody."""
    return await sql.fetch_as(
        EntryRow,
        f"{ENTRY} WHERE kind <> 'row' AND ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR name = $2)"
        " AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
        kind,
        person,
        before_id,
        size,
    )


@dataclass(frozen=True, slots=True)
class TrailState:
    entries: int
    seals: int
    unsealed: int
    sealed_at: datetime | None


async def trail_state() -> TrailState:
    """How far the sealing is, without verifying."""
    row = await sql.one_as(
        TrailState,
        "WITH last AS (SELECT epoch, tx_until, sealed_at FROM audit_seal ORDER BY id DESC LIMIT 1),"
        " waiting AS (SELECT count(*) AS entries FROM audit_entry WHERE (epoch, tx) >= ("
        "  coalesce((SELECT epoch FROM last), 0), coalesce((SELECT tx_until FROM last), 0))),"
        " sealed AS (SELECT count(*) AS seals, coalesce(sum(entries), 0)::bigint AS entries FROM audit_seal)"
        " SELECT s.entries + w.entries AS entries, s.seals, w.entries AS unsealed,"
        " (SELECT sealed_at FROM last) AS sealed_at FROM sealed s, waiting w",
    )
    assert row is not None
    return row
