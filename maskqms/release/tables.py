"""Limits entered from a bought standard, reviews, the decision on a batch, and its frozen certificate.

All of it is history: written once, in the act that signed it.
"""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    Array,
    BigSerial,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.release.states import Decision, ReviewPart
from maskqms.trace.tables import TraceUnit
from maskqms.workflow import check_in


class EnteredLimit(Table, tablename="entered_limit", tags=["history"]):
    """A limit that the edition file lacks, or a tighter one, signed; later versions of a test add a row."""

    id = BigSerial(primary_key=True)
    edition = Varchar(60, default=None, null=False)
    test = Varchar(60, default=None, null=False)
    grade = Varchar(40, default=None, null=True)
    version = Integer(default=None, null=False)
    limit_text = Varchar(60, default=None, null=False)
    kind = Varchar(20, default=None, null=True)
    clause = Varchar(60, default=None, null=True)
    source = Text(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    entered_limit_version = Unique([edition, test, version])
    entered_limit_text = Check("limit_text <> '' AND source <> '' AND version >= 1")


class ReleaseReview(Table, tablename="release_review", tags=["history"]):
    """A signed review of one part. `record_digest` is of all entries and changes it saw: a further one voids it."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    part = Varchar(20, default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    changes = Integer(default=None, null=False)
    record_digest = Varchar(64, default=None, null=False)
    remark = Text(default=None, null=True)
    at = Timestamptz(default=None, null=False)

    release_review_part = Check(check_in("part", ReviewPart))


class ReleaseRecord(Table, tablename="release_record", tags=["history"]):
    """The decision on a batch, once: what was released for which markets, and the gate as it stood (R90)."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    decision = Varchar(20, default=None, null=False)
    product = Varchar(40, default=None, null=False)
    device_name = Text(default=None, null=False)
    model = Text(default=None, null=False)
    quantity = Numeric(default=None, null=False)
    unit = Varchar(20, default=None, null=False)
    expires_on = Date(default=None, null=True)
    markets = Array(base_column=Varchar(), default=None, null=False)
    gate = JSONB(default=None, null=False)
    gate_digest = Varchar(64, default=None, null=False)
    certificate = Varchar(40, default=None, null=True, unique=True)
    reason = Text(default=None, null=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)

    release_record_decision = Check(check_in("decision", Decision))
    release_record_released = Check(
        "(decision = 'released') = (certificate IS NOT NULL) AND (decision = 'rejected') = (reason IS NOT NULL)"
    )
    release_record_quantity = Check("quantity >= 0")


class Certificate(Table, tablename="certificate", tags=["history"]):
    """The certificate as it was handed out. The trail keeps the digest of its bytes: none is exchanged unseen."""

    id = BigSerial(primary_key=True)
    release = ForeignKey(
        ReleaseRecord, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    number = Varchar(40, default=None, null=False, unique=True)
    pdf = Bytea(default=None, null=False)
    sha256 = Varchar(64, default=None, null=False)
    at = Timestamptz(default=None, null=False)
