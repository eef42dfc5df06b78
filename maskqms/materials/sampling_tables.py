"""How each lot was to be inspected and why, and what quality ruled about a supplier's lots of a material."""

from __future__ import annotations

from piccolo.columns import JSONB, BigSerial, ForeignKey, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.materials.states import SamplingRule
from maskqms.materials.tables.lots import Lot
from maskqms.materials.tables.suppliers import Material, Supplier
from maskqms.workflow import check_in


class SamplingRuling(Table, tablename="sampling_ruling", tags=["history"]):
    """A signed ruling of the responsible authority: quality. `after` and `one_of` belong to skip-lot."""

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    ruling = Varchar(20, default=None, null=False)
    reason = Text(default=None, null=False)
    after = Integer(default=None, null=True)
    one_of = Integer(default=None, null=True)
    decided_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    sampling_ruling_known = Check(check_in("ruling", SamplingRule))
    sampling_ruling_skip = Check(
        "(ruling = 'skip_on') = (after IS NOT NULL) AND (after IS NULL) = (one_of IS NULL)"
        " AND (after IS NULL OR (after >= 1 AND one_of >= 2))"
    )


class LotSampling(Table, tablename="lot_sampling", tags=["history"]):
    """The severity a lot was received under, with the reason of the day; `skipped` says why tests were left out."""

    id = BigSerial(primary_key=True)
    lot = ForeignKey(Lot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True)
    severity = Varchar(20, default=None, null=False)
    why = JSONB(default=None, null=False)
    skipped = JSONB(default=None, null=True)

    lot_sampling_severity = Check("severity IN ('normal', 'tightened', 'reduced')")
