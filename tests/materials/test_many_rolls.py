"""A truck of rolls costs the database as many statements as one roll: at the receipt and at the decision."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from maskqms.db import sql
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.queries.lots import rolls_of
from maskqms.materials.rules.receipt import NewRoll
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from tests.conftest import People
from tests.make import materials as make

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many statements were sent since it was asked last."""
    sent = [0]
    connection = sql.connection

    def counting() -> Any:
        sent[0] += 1
        return connection()

    monkeypatch.setattr(sql, "connection", counting)

    def since() -> int:
        sent[0], was = 0, sent[0]
        return was

    return since


async def test_statements_do_not_grow_with_the_rolls(people: People, asked: Callable[[], int]) -> None:
    where = await make.source(people)
    needed: dict[int, tuple[int, int]] = {}
    for count in (2, 12):
        rolls = tuple(
            NewRoll(metres=Decimal(500 + number), kilograms=Decimal(12), supplier_roll=f"S-{count}-{number}")
            for number in range(count)
        )
        receipt = make.receipt(
            quantity=sum((roll.metres or Decimal(0) for roll in rolls), Decimal(0)),
            supplier_lot=f"RP-{count}",
            delivery_note=f"SH-{count}",
            rolls=rolls,
        )
        asked()
        made: Received = await receive_lot(
            supplier=where.supplier, material=where.material, receipt=receipt, actor=people.warehouse
        )
        received = asked()
        lot = await unit_by_code(made.lot)
        found = await rolls_of(lot.id)
        assert [(roll.number, roll.metres) for roll in found] == [
            (number, roll.metres) for number, roll in enumerate(rolls, start=1)
        ]
        roll = await unit_by_code(f"{made.lot}-R02")
        assert (roll.quantity, roll.on_hand, roll.state) == (501, 501, UnitState.QUARANTINE)
        assert (roll.supplier, roll.supplier_lot) == (where.supplier, f"RP-{count}")
        assert roll.identifiers["roll"] == f"S-{count}-1"
        assert (await balance(made.lot)).residue == 0
        await make.inspected(people, made.inspection)
        asked()
        await make.decide(people, made.lot)
        needed[count] = received, asked()
        assert {(await unit_by_code(f"{made.lot}-R{n:02d}")).state for n in range(1, count + 1)} == {UnitState.RELEASED}
    (first, decided), (later, decided_later) = needed[2], needed[12]
    assert later == first - 2, "only the first delivery moves its order on: one change, one line in the trail"
    assert decided_later == decided
