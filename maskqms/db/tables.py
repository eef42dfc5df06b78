"""Tables of the ground: what kind of database this is, its clock, counters, answers to client keys, jobs."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Date, Integer, Interval, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class DatabaseMark(Table, tablename="database_mark", tags=["owner", "kept"]):
    """One row, written at creation: production, demo or test. Only the last two may shift the clock."""

    id = Integer(primary_key=True, default=1)
    kind = Varchar(20, default=None, null=False)
    created_at = Timestamptz(default=None, null=False)

    only_one = Check("id = 1")
    kind_known = Check("kind IN ('production', 'demo', 'test')")


class ClockOffset(Table, tablename="clock_offset", tags=["owner"]):
    """The shift of the clock in a demo or test database; the owner's alone."""

    id = Integer(primary_key=True, default=1)
    shift = Interval(default=None, null=False)

    only_one = Check("id = 1")


class NumberSeries(Table, tablename="number_series", tags=["working"]):
    """The last number given of each prefix and day."""

    id = BigSerial(primary_key=True)
    prefix = Varchar(60, default=None, null=False)
    day = Date(default=None, null=False)
    last = Integer(default=None, null=False)

    one_series = Unique([prefix, day])


class ActReply(Table, tablename="act_reply", tags=["working"]):
    """The first answer to each client key."""

    id = BigSerial(primary_key=True)
    key = Varchar(100, default=None, null=False, unique=True)
    act = Varchar(60, default=None, null=False)
    account = BigInt(default=None, null=True)
    subject = Varchar(120, default=None, null=True)
    answer = JSONB(default=None, null=True)
    at = Timestamptz(default=None, null=False)


class Job(Table, tablename="job", tags=["working"]):
    """Work in the background: due time, progress, what to do; taken by one worker at a time."""

    id = BigSerial(primary_key=True)
    kind = Varchar(60, default=None, null=False)
    facts = JSONB(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    due = Timestamptz(default=None, null=False)
    progress = Integer(default=0, null=False)
    total = Integer(default=None, null=True)
    outcome = JSONB(default=None, null=True)
    account = BigInt(default=None, null=True)
    created_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)

    state_known = Check("state IN ('waiting', 'running', 'done', 'failed')")
