"""What was made of a lot and its rolls: the batches they went into, and the lots they were regraded to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.db import sql
from maskqms.trace.states import UnitKind, UnitState


@dataclass(frozen=True, slots=True)
class UseRow:
    """A batch or lot, and how much of this lot is in it, in the lot's unit."""

    code: str
    kind: UnitKind
    item: str
    state: UnitState
    held: bool
    quantity: Decimal

    @property
    def href(self) -> str:
        return f"/c/{self.code}"


async def uses_of(lot_id: int) -> list[UseRow]:
    """Net of what came back, latest first."""
    return await sql.fetch_as(
        UseRow,
        "SELECT u.code, u.kind, u.item, u.state, u.held, sum(e.quantity) AS quantity FROM trace_edge e"
        " JOIN trace_unit u ON u.id = e.child AND u.kind <> 'roll'"
        " WHERE e.parent = ANY(ARRAY(SELECT $1::bigint UNION ALL SELECT r.id FROM roll r WHERE r.lot = $1))"
        " GROUP BY u.id ORDER BY u.id DESC",
        lot_id,
    )
