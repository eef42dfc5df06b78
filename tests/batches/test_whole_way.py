"""One product on one line, the whole way: planned, cleared, started, fed, packed, completed, concluded."""

from __future__ import annotations

from decimal import Decimal

from maskqms.batches.actions.conclude import conclude_batch
from maskqms.batches.queries.balances import balances_of, standing_balance_blockers
from maskqms.batches.queries.packing import boxes_of, cartons_of
from maskqms.batches.queries.record import clearances_of, issues_of, people_of
from maskqms.batches.states import BatchState, ClearanceState, Deed
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.traversal import trace
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import Direction, UnitState
from tests.conftest import People
from tests.make.batches import make_completed


async def test_a_batch_goes_the_whole_way(people: People) -> None:
    batch = await make_completed(people, cartons=2)
    assert batch.state is BatchState.COMPLETE
    assert (batch.quantity, batch.on_hand) == (Decimal(415), Decimal(0))
    assert await standing_balance_blockers(batch.id) == []
    found = await balances_of(batch.id)
    assert found.pieces.difference == 0
    cartons = await cartons_of(batch.id)
    assert [(c.code, c.boxes, c.pieces) for c in cartons] == [
        (f"{batch.code}-C0002", 4, 200),
        (f"{batch.code}-C0001", 4, 200),
    ]
    assert len({c.sscc for c in cartons}) == 2
    assert len(await boxes_of(batch.id)) == 8
    assert [c.state for c in await clearances_of(batch.id)] == [ClearanceState.CHECKED] * 2
    assert len(await issues_of(batch.id)) == 2
    deeds = {person.username: set(person.deeds) for person in await people_of(batch.id)}
    assert deeds["operator"] >= {Deed.STARTED, Deed.ISSUED, Deed.PACKED, Deed.CLEARED}
    assert deeds["operator2"] == {Deed.CHECKED}
    assert "quality" not in deeds
    spine = await balance(batch.code)
    assert spine.residue == 0
    forward = await trace(f"ML-{batch.code}-R01", Direction.FORWARD)
    assert {unit.code for unit in forward.units()} >= {batch.code, f"{batch.code}-B0001", f"{batch.code}-C0002"}
    done = await conclude_batch(batch.id, BatchState.RELEASED, actor=people.quality)
    assert done.state is BatchState.RELEASED
    for code in (batch.code, f"{batch.code}-C0001", f"{batch.code}-B0008"):
        assert (await unit_by_code(code)).state is UnitState.RELEASED
