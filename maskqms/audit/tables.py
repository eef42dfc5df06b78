"""Entries and seals. Both are written once; the application's role can only add."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table


class AuditEntry(Table, tablename="audit_entry", tags=["history", "unaudited"]):
    """An act, a refusal, or a row's change, with the transaction that made it.

    `epoch` counts restores: transaction numbers start anew in a restored database.
    """

    GIVEN = ("kind", "tag", "subject", "account", "name", "roles", "station", "request_id", "reason", "before", "after")
    """What the application says; number, transaction, times and row are the database's own words."""

    id = BigSerial(primary_key=True)
    epoch = Integer(default=None, null=False)
    tx = BigInt(default=None, null=False)
    kind = Varchar(10, default=None, null=False)
    tag = Varchar(60, default=None, null=False)
    subject = Varchar(120, default=None, null=True, index=True)
    account = BigInt(default=None, null=True)
    name = Varchar(200, default=None, null=True)
    roles = Varchar(200, default=None, null=True)
    station = Varchar(60, default=None, null=True)
    request_id = Varchar(64, default=None, null=True)
    reason = Text(default=None, null=True)
    table_name = Varchar(63, default=None, null=True)
    row_id = BigInt(default=None, null=True)
    before = JSONB(default=None, null=True)
    after = JSONB(default=None, null=True)
    at = Timestamptz(default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)

    kind_known = Check("kind IN ('act', 'refusal', 'row')")


class AuditSeal(Table, tablename="audit_seal", tags=["history", "unaudited"]):
    """A signed Merkle root over the entries of finished transactions [tx_from, tx_until) of one epoch.

    The leaves (32 bytes an entry, in order) are kept so that verification can name the entry that was touched.
    """

    id = BigSerial(primary_key=True)
    epoch = Integer(default=None, null=False)
    tx_from = BigInt(default=None, null=False)
    tx_until = BigInt(default=None, null=False)
    entries = Integer(default=None, null=False)
    leaves = Bytea(default=None, null=False)
    root = Bytea(default=None, null=False)
    previous = Bytea(default=None, null=True)
    key_id = Varchar(64, default=None, null=False)
    signature = Bytea(default=None, null=False)
    sealed_at = Timestamptz(default=None, null=False)

    some_entries = Check("entries > 0 AND tx_from < tx_until")


class AuditEpoch(Table, tablename="audit_epoch", tags=["owner", "kept"]):
    """One row at creation and one more for every restore."""

    id = Integer(primary_key=True, default=None)
    began_at = Timestamptz(default=None, null=False)
    reason = Varchar(200, default=None, null=False)
