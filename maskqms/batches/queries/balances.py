"""Both balances of a batch from its entries and the ledger, at any time."""

from __future__ import annotations

from decimal import Decimal

from maskqms.batches.queries.batches import BatchRow, batch_by_id
from maskqms.batches.queries.record import findings_of, output_totals
from maskqms.batches.rules.balances import Balances, PieceBalance, balance_blockers, material_balance
from maskqms.batches.states import OutputKind
from maskqms.db import sql
from maskqms.errors import Reason


async def balances_of(batch_id: int) -> Balances:
    """The balances as they stand now."""
    return await balances_with(await batch_by_id(batch_id), None)


async def balances_with(batch: BatchRow, counted: Decimal | None) -> Balances:
    """The balances with what the machine's counter shows, which is on record once production is complete."""
    totals = await output_totals(batch.id)
    packed = await sql.fetch_value(
        "SELECT coalesce(sum(e.quantity), 0) FROM trace_edge e JOIN trace_unit u ON u.id = e.child"
        " WHERE e.parent = $1 AND u.kind = 'box'",
        batch.id,
    )
    rows = await sql.fetch(
        "SELECT material, coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS issued,"
        " coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0) AS returned"
        " FROM batch_issue WHERE batch = $1 GROUP BY material",
        batch.id,
    )
    snapshot = batch.snapshot or {}
    pieces = PieceBalance(
        good=totals[OutputKind.GOOD],
        scrap=totals[OutputKind.SCRAP],
        samples=totals[OutputKind.SAMPLE],
        retained=totals[OutputKind.RETAINED],
        packed=packed,
        loose=batch.on_hand,
        counted=batch.counted if counted is None else counted,
        tolerance=Decimal(snapshot.get("piece_tolerance", 0)),
        yield_from=Decimal(str(snapshot.get("yield_from", 0))),
    )
    issued = {row["material"]: row["issued"] for row in rows}
    returned = {row["material"]: row["returned"] for row in rows}
    return Balances(batch.code, pieces, material_balance(batch.bill, pieces.made, issued, returned))


async def standing_balance_blockers(batch_id: int) -> list[Reason]:
    """What the release gate asks: the figures out of their limits that quality has not explained as they are now."""
    balances = await balances_of(batch_id)
    reasons = balance_blockers(balances)
    if reasons and any(finding.figures == balances.digest for finding in await findings_of(batch_id)):
        return []
    return reasons
