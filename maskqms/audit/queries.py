"""Reads of the trail: the history of one record, and the latest of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Json

from maskqms.db import sql


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
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


ENTRY = (
    "SELECT id, tx, kind, tag, subject, name, roles, station, request_id, reason, table_name, row_id, before, after,"
    " at, recorded_at FROM audit_entry"
)


async def history_of(subject: str) -> list[EntryRow]:
    """Every act and refusal on a record, latest first, each followed by the rows that its transaction changed."""
    return await sql.fetch_as(
        EntryRow,
        f"{ENTRY} WHERE (epoch, tx) IN (SELECT epoch, tx FROM audit_entry WHERE subject = $1)"
        " AND (subject = $1 OR kind = 'row') ORDER BY tx DESC, kind = 'row', id LIMIT 2000",
        subject,
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
