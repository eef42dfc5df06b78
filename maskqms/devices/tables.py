"""Instruments, what they said, and who waits for a value.

What an instrument said is never changed: a reading holds the bytes as received and what they were understood to mean.
"""

from __future__ import annotations

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    Boolean,
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

from maskqms.accounts.tables import Account
from maskqms.devices.states import EquipmentClass, InstrumentKind, InstrumentState, ReadingKind
from maskqms.workflow import check_in


class Gateway(Table, tablename="gateway", tags=["regulated"]):
    """A gateway process somewhere in the factory; its token is known only by its hash."""

    id = BigSerial(primary_key=True)
    name = Varchar(60, default=None, null=False, unique=True)
    token_hash = Varchar(64, default=None, null=False, unique=True)
    registered_by = Text(default=None, null=False)
    registered_at = Timestamptz(default=None, null=False)
    revoked_by = Text(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)

    gateway_name = Check("name <> '' AND name = btrim(name)")
    gateway_revoked = Check("(revoked_at IS NULL) = (revoked_by IS NULL)")


class GatewayContact(Table, tablename="gateway_contact", tags=["working"]):
    """When a gateway last spoke, and how far its clock was from ours in seconds."""

    id = BigSerial(primary_key=True)
    gateway = ForeignKey(Gateway, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    at = Timestamptz(default=None, null=False)
    clock_ahead = Numeric(default=None, null=False)


class Instrument(Table, tablename="instrument", tags=["regulated"]):
    """An instrument or a piece of equipment. `gateway`, when set, is the only one that may bring its readings.

    `line` is the production line it belongs to; `check_days` how often it is verified between two calibrations.
    """

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    kind = Varchar(20, default=None, null=False)
    name = Text(default=None, null=False)
    serial_number = Varchar(80, default=None, null=True)
    station = Varchar(60, default=None, null=True)
    unit = Varchar(20, default=None, null=True)
    range_from = Numeric(default=None, null=True)
    range_to = Numeric(default=None, null=True)
    resolution = Numeric(default=None, null=True)
    calibration_due = Date(default=None, null=True)
    state = Varchar(20, default=None, null=False)
    gateway = ForeignKey(Gateway, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    created_at = Timestamptz(default=None, null=False)
    equipment_class = Varchar(20, default=None, null=True)
    line = Varchar(60, default=None, null=True)
    responsible = Text(default=None, null=True)
    check_days = Integer(default=None, null=True)
    check_due = Date(default=None, null=True)

    instrument_code = Check("code <> '' AND code = btrim(code)")
    instrument_kind = Check(check_in("kind", InstrumentKind))
    instrument_state = Check(check_in("state", InstrumentState))
    instrument_unit = Check("kind IN ('scanner', 'machine') OR unit IS NOT NULL")
    instrument_range = Check("range_from IS NULL OR range_to IS NULL OR range_from < range_to")
    instrument_resolution = Check("resolution > 0")
    instrument_class = Check(f"equipment_class IS NULL OR {check_in('equipment_class', EquipmentClass)}")
    instrument_check_days = Check("check_days > 0 AND (check_due IS NULL OR check_days IS NOT NULL)")


class Calibration(Table, tablename="calibration", tags=["history"]):
    """One calibration with its certificate. A failed one takes the instrument out of service.

    `as_found` is how it was before anything was adjusted: when it was not in tolerance, what it measured since the
    last good calibration is in doubt, even where it passed after the adjustment (R125). `laboratory` made it.
    """

    id = BigSerial(primary_key=True)
    instrument = ForeignKey(
        Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    done_on = Date(default=None, null=False)
    passed = Boolean(default=None, null=False)
    due = Date(default=None, null=True)
    certificate = Text(default=None, null=False)
    actor = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)
    as_found = Boolean(default=None, null=True)
    laboratory = Text(default=None, null=True)

    calibration_due_when_passed = Check("passed = (due IS NOT NULL) AND (due IS NULL OR due > done_on)")


class CalibrationFile(Table, tablename="calibration_file", tags=["history"]):
    """The certificate as it came; the trail keeps its digest, so that it is not exchanged unseen."""

    id = BigSerial(primary_key=True)
    calibration = ForeignKey(
        Calibration, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    name = Text(default=None, null=False)
    media_type = Varchar(60, default=None, null=False)
    sha256 = Varchar(64, default=None, null=False)
    content = Bytea(default=None, null=False)


class Verification(Table, tablename="verification", tags=["history"]):
    """A check between two calibrations, with a reference of known value. A failed one takes it out of service."""

    id = BigSerial(primary_key=True)
    instrument = ForeignKey(
        Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    done_on = Date(default=None, null=False)
    reference = Text(default=None, null=False)
    found = Text(default=None, null=False)
    passed = Boolean(default=None, null=False)
    actor = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)


class Reading(Table, tablename="reading", tags=["history", "unaudited"]):
    """A piece of an instrument's talk. The act that stores a batch writes its digest into the audit trail.

    `received_at` is the gateway's clock; `heard_at` the same moment by ours: when it was stored less its age then.
    """

    id = BigSerial(primary_key=True)
    gateway = ForeignKey(Gateway, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    epoch = UUID(default=None, null=False)
    seq = BigInt(default=None, null=False)
    instrument = ForeignKey(Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    port = Text(default=None, null=False)
    driver = Varchar(40, default=None, null=False)
    driver_version = Varchar(20, default=None, null=False)
    kind = Varchar(20, default=None, null=False)
    frame = Bytea(default=None, null=False, db_column_name="raw")
    value = Numeric(default=None, null=True)
    value_text = Text(default=None, null=True)
    unit = Varchar(20, default=None, null=True)
    unit_raw = Varchar(20, default=None, null=True)
    stable = Boolean(default=None, null=True)
    overload = Boolean(default=None, null=False)
    channel = Varchar(40, default=None, null=True)
    fault = Text(default=None, null=True)
    received_at = Timestamptz(default=None, null=False)
    heard_at = Timestamptz(default=None, null=False)
    stored_at = Timestamptz(default=None, null=False)

    reading_once = Unique([gateway, epoch, seq])
    reading_kind = Check(check_in("kind", ReadingKind))
    reading_value = Check("(kind = 'value') = (value IS NOT NULL)")


class Armed(Table, tablename="armed", tags=["working"]):
    """Who waits for the next value of an instrument, and for what: one at a time."""

    id = BigSerial(primary_key=True)
    instrument = ForeignKey(
        Instrument, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    target = Varchar(120, default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    armed_at = Timestamptz(default=None, null=False)
    until = Timestamptz(default=None, null=False)

    armed_one_wait = Unique([account, target])


class ReadingUse(Table, tablename="reading_use", tags=["history"]):
    """A reading became a result: once, by somebody, for something."""

    id = BigSerial(primary_key=True)
    reading = ForeignKey(Reading, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    target = Varchar(120, default=None, null=False, index=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    name = Text(default=None, null=False)
    at = Timestamptz(default=None, null=False)
