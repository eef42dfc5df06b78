"""The locks of an act on a batch: trace units by id first, the batch as it stands under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maskqms.batches.queries.batches import BatchRow, batch_by_id
from maskqms.trace.queries.units import UnitRow, lock_units, unit_by_code


async def lock_batch(code: str, also: Iterable[int] = ()) -> tuple[BatchRow, Mapping[int, UnitRow]]:
    """Acts on one batch wait for each other; what they read afterwards is what the one before left."""
    unit = await unit_by_code(code)
    units = await lock_units({unit.id, *also})
    return await batch_by_id(unit.id), units
