"""Places, where each unit was put, counts with their lines, storage limits, readings and excursions."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    BigSerial,
    Boolean,
    ForeignKey,
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
from maskqms.materials.stock_states import CountState, LocationKind, ReadingSource
from maskqms.materials.tables.suppliers import Material
from maskqms.trace.tables import Hold, TraceUnit
from maskqms.workflow import check_in


class Location(Table, tablename="location", tags=["regulated"]):
    """A place in the warehouse or at a line. A unit carries the code of its place."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    name_zh = Text(default=None, null=False)
    name_en = Text(default=None, null=True)
    kind = Varchar(20, default=None, null=False)
    active = Boolean(default=None, null=False)
    created_at = Timestamptz(default=None, null=False)

    location_kind = Check(check_in("kind", LocationKind))
    location_code = Check("code <> '' AND code = btrim(code)")


class LocationMove(Table, tablename="location_move", tags=["history"]):
    """A unit was put somewhere: from where, to where, by whom. Where it stood at a moment follows from these rows."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    before = Text(default=None, null=True)
    location = ForeignKey(Location, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)
    actor = Text(default=None, null=False)
    reason = Text(default=None, null=True)


class StockCountLimit(Table, tablename="stock_count_limit", tags=["history"]):
    """How far a count may differ from the book, in percent, before it blocks; the latest counts."""

    id = BigSerial(primary_key=True)
    percent = Numeric(default=None, null=False)
    basis = Text(default=None, null=False)
    set_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    set_at = Timestamptz(default=None, null=False)

    stock_count_limit_percent = Check("percent >= 0 AND percent <= 100")


class StockCount(Table, tablename="stock_count", tags=["regulated"]):
    """A count of one place or one material; the limit of the day it was opened is kept with it."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    location = ForeignKey(Location, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    material = ForeignKey(Material, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    state = Varchar(20, default=None, null=False)
    limit_percent = Numeric(default=None, null=True)
    opened_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    opened_at = Timestamptz(default=None, null=False)
    explanation = Text(default=None, null=True)
    finished_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    finished_at = Timestamptz(default=None, null=True)
    hold = ForeignKey(Hold, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    approved_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    approved_at = Timestamptz(default=None, null=True)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    stock_count_state = Check(check_in("state", CountState))
    stock_count_about = Check("(location IS NULL) <> (material IS NULL)")
    stock_count_finished = Check("(state <> 'open') = (finished_at IS NOT NULL AND finished_by IS NOT NULL)")
    stock_count_approved = Check(
        "(state = 'approved') = (signature IS NOT NULL) AND (signature IS NULL) = (approved_by IS NULL)"
        " AND (signature IS NULL) = (approved_at IS NULL)"
    )
    stock_count_two_persons = Check("approved_by IS NULL OR approved_by <> finished_by")


class StockCountLine(Table, tablename="stock_count_line", tags=["regulated"]):
    """A unit of a count: what the book said at the moment of counting, what was there, and who counted."""

    id = BigSerial(primary_key=True)
    count = ForeignKey(StockCount, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    unit = ForeignKey(TraceUnit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    expected = Boolean(default=None, null=False)
    book = Numeric(default=None, null=True)
    counted = Numeric(default=None, null=True)
    counted_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    counted_at = Timestamptz(default=None, null=True)
    seen = Boolean(default=None, null=False)

    stock_count_line_once = Unique([count, unit])
    stock_count_line_counted = Check(
        "(counted IS NULL) = (counted_by IS NULL) AND (counted IS NULL) = (counted_at IS NULL)"
        " AND (counted IS NULL) = (book IS NULL) AND counted >= 0"
    )
    stock_count_line_seen = Check("NOT seen OR counted IS NOT NULL")


class StorageLimit(Table, tablename="storage_limit", tags=["history"]):
    """Temperature (°C) and relative humidity (%) of a place or for a material, with their source; the latest counts."""

    id = BigSerial(primary_key=True)
    location = ForeignKey(Location, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    material = ForeignKey(Material, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    temperature_from = Numeric(default=None, null=True)
    temperature_to = Numeric(default=None, null=True)
    humidity_from = Numeric(default=None, null=True)
    humidity_to = Numeric(default=None, null=True)
    basis = Text(default=None, null=False)
    set_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    set_at = Timestamptz(default=None, null=False)

    storage_limit_about = Check("(location IS NULL) <> (material IS NULL)")
    storage_limit_order = Check("temperature_from <= temperature_to AND humidity_from <= humidity_to")
    storage_limit_humidity = Check("humidity_from >= 0 AND humidity_to <= 100")


class StorageReading(Table, tablename="storage_reading", tags=["history"]):
    """Temperature and relative humidity of a place at a moment; a moment has one reading."""

    id = BigSerial(primary_key=True)
    location = ForeignKey(Location, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    at = Timestamptz(default=None, null=False)
    temperature = Numeric(default=None, null=True)
    humidity = Numeric(default=None, null=True)
    source = Varchar(20, default=None, null=False)
    digest = Varchar(64, default=None, null=True)
    read_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    recorded_at = Timestamptz(default=None, null=False)

    storage_reading_once = Unique([location, at])
    storage_reading_source = Check(check_in("source", ReadingSource))
    storage_reading_some = Check("temperature IS NOT NULL OR humidity IS NOT NULL")
    storage_reading_file = Check("(source = 'file') = (digest IS NOT NULL)")


class StorageExcursion(Table, tablename="storage_excursion", tags=["history"]):
    """Readings outside the limits: what was stored there, the hold on it and the deviations that ask why."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    location = ForeignKey(Location, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    first_at = Timestamptz(default=None, null=False)
    last_at = Timestamptz(default=None, null=False)
    breaches = JSONB(default=None, null=False)
    units = JSONB(default=None, null=False)
    hold = ForeignKey(Hold, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    deviations = JSONB(default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)
