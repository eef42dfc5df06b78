"""The list from which rolls and cartons are drawn, and what was opened. Both are written once."""

from __future__ import annotations

from piccolo.columns import Array, BigSerial, ForeignKey, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account
from maskqms.lab.tables import Inspection


class SampleList(Table, tablename="sample_list", tags=["history"]):
    """What a delivery was made of before anybody could know the draw: each unit's code, and how many are opened."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    units = Array(base_column=Varchar(), default=None, null=False)
    draw = Integer(default=None, null=False)
    digest = Varchar(64, default=None, null=False)
    listed_at = Timestamptz(default=None, null=False)

    sample_list_draw = Check("draw >= 1 AND draw <= cardinality(units)")


class SampleOpening(Table, tablename="sample_opening", tags=["history"]):
    """Which units were opened. Where they are not the drawn ones there is a reason and a deviation."""

    id = BigSerial(primary_key=True)
    inspection = ForeignKey(
        Inspection, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )
    units = Array(base_column=Varchar(), default=None, null=False)
    reason = Text(default=None, null=True)
    deviation = Varchar(40, default=None, null=True)
    opened_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    opener_name = Text(default=None, null=False)
    opened_at = Timestamptz(default=None, null=False)

    sample_opening_reason = Check("(reason IS NULL) = (deviation IS NULL) AND cardinality(units) > 0")
