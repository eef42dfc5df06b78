"""Accounts, badges, sessions, authorisations and signatures."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    Array,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.states import Meaning
from maskqms.workflow import check_in


class Account(Table, tablename="account", tags=["regulated"]):
    """A person; never deleted, the name never given to another (R9). The trail keeps its row changes
    without the secrets."""

    id = BigSerial(primary_key=True)
    username = Varchar(60, default=None, null=False, unique=True)
    name = Varchar(120, default=None, null=False)
    roles = Array(base_column=Varchar(), default=None, null=False)
    heads_production = Boolean(default=False, null=False)
    heads_quality = Boolean(default=False, null=False)
    active = Boolean(default=True, null=False)
    locale = Varchar(5, default="zh", null=False)
    password_hash = Text(default=None, null=False)
    password_set_at = Timestamptz(default=None, null=False)
    must_change = Boolean(default=None, null=False)
    failures = Integer(default=0, null=False)
    locked_until = Timestamptz(default=None, null=True)
    created_at = Timestamptz(default=None, null=False)

    not_both_heads = Check("NOT (heads_production AND heads_quality)")
    nothing_beside_administrator = Check("NOT roles && '{administrator,regulator}' OR cardinality(roles) = 1")


class FormerPassword(Table, tablename="former_password", tags=["history", "unaudited"]):
    """Hashes that cannot be used again."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    password_hash = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)


class Session(Table, tablename="session", tags=["working"]):
    """A sign-in; only the hash of its token is kept, times are the real clock's."""

    id = BigSerial(primary_key=True)
    token_hash = Varchar(64, default=None, null=False, unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    station = Varchar(60, default=None, null=True)
    address = Varchar(60, default=None, null=True)
    opened_at = Timestamptz(default=None, null=False)
    seen_at = Timestamptz(default=None, null=False)


class Badge(Table, tablename="badge", tags=["regulated"]):
    """A badge for tablets: something held, beside a PIN that only its owner knows; without one it opens nothing (R16).
    Revoked at once (R26)."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    number = Varchar(60, default=None, null=False, unique=True)
    code_hash = Varchar(64, default=None, null=False, unique=True)
    pin_hash = Text(default=None, null=True)
    issued_at = Timestamptz(default=None, null=False)
    revoked_at = Timestamptz(default=None, null=True)


class Signature(Table, tablename="signature", tags=["history"]):
    """An electronic signature: printed name, roles of that moment, meaning, time, what was shown and its digest."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    username = Varchar(60, default=None, null=False)
    name = Varchar(120, default=None, null=False)
    roles = Varchar(200, default=None, null=False)
    meaning = Varchar(40, default=None, null=False)
    subject = Varchar(120, default=None, null=False, index=True)
    content = JSONB(default=None, null=False)
    digest = Varchar(64, default=None, null=False)
    at = Timestamptz(default=None, null=False)

    meaning_known = Check(check_in("meaning", Meaning))


class ReleaseAuthorisation(Table, tablename="release_authorisation", tags=["regulated"]):
    """A dated authorisation naming person and products (R12); quality grants it, never to oneself (R15)."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    products = Array(base_column=Varchar(), default=None, null=False)
    valid_from = Date(default=None, null=False)
    valid_until = Date(default=None, null=False)
    granted_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict)
    granted_at = Timestamptz(default=None, null=False)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict)

    dates_in_order = Check("valid_from <= valid_until")
    not_to_oneself = Check("account <> granted_by")
    some_product = Check("cardinality(products) > 0")
