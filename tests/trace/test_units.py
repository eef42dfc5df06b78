"""Units come to be, are drawn from, change state; the ledger follows and cannot be changed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import IllegalMove, NotFound, Refused
from maskqms.trace.actions.link import reverse_link
from maskqms.trace.actions.movements import record_movement, reverse_movement
from maskqms.trace.actions.units import draw, set_identifiers, set_state
from maskqms.trace.queries.units import lock_units, resolve_scan, unit_by_code, unit_by_id
from maskqms.trace.rules import usable_blockers
from maskqms.trace.states import Activity, MovementKind, UnitKind, UnitState
from tests.make import trace as make

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


async def edge(parent: str, child: str) -> tuple[Decimal, float] | None:
    row = await sql.fetch_one(
        "SELECT e.quantity, e.share FROM trace_edge e JOIN trace_unit p ON p.id = e.parent"
        " JOIN trace_unit c ON c.id = e.child WHERE p.code = $1 AND c.code = $2",
        parent,
        child,
    )
    return None if row is None else (row["quantity"], row["share"])


async def test_a_link_draws_writes_the_ledger_and_keeps_the_share() -> None:
    await make.unit("L", 1000, kind=UnitKind.LOT)
    await make.unit("R", 400)
    await make.link("L", "R", 100, Activity.SPLIT)
    await make.link("L", "R", 300, Activity.SPLIT)
    assert await edge("L", "R") == (Decimal(400), 0.4)
    assert (await unit_by_code("L")).on_hand == 600
    assert await sql.fetch_value("SELECT count(*) FROM trace_link") == 2


async def test_more_than_is_there_is_refused_and_nothing_is_written() -> None:
    await make.unit("L", 10)
    await make.unit("R", 10)
    with pytest.raises(Refused) as refused:
        await make.link("L", "R", 11)
    assert codes(refused) == ["unit.not_enough"]
    assert await edge("L", "R") is None
    assert (await unit_by_code("L")).on_hand == 10


async def test_output_changes_the_share_of_what_was_packed_before() -> None:
    await make.unit("B", 0, kind=UnitKind.BATCH, state=UnitState.IN_PROCESS, measure="piece")
    batch = await unit_by_code("B")
    await make.unit("C", 2000, kind=UnitKind.CARTON, measure="piece")
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await record_movement(batch.id, kind=MovementKind.OUTPUT, quantity=Decimal(2000), actor=SYSTEM)
        await this.record(subject="B")
    await make.link("B", "C", 2000, Activity.PACK)
    assert await edge("B", "C") == (Decimal(2000), 1.0)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await record_movement(batch.id, kind=MovementKind.OUTPUT, quantity=Decimal(6000), actor=SYSTEM)
        await this.record(subject="B")
    assert await edge("B", "C") == (Decimal(2000), 0.25)
    assert (await unit_by_code("B")).on_hand == 6000


async def test_a_reversed_link_leaves_no_edge_and_gives_the_stock_back() -> None:
    await make.chain("L", "R")
    row = await sql.fetch_one("SELECT id FROM trace_link")
    assert row is not None
    async with act(Tag.UNIT_REVERSE, actor=SYSTEM) as this:
        await reverse_link(row["id"], actor=SYSTEM, reason="scanned the wrong roll")
        await this.record(subject="R")
    assert await edge("L", "R") is None
    assert (await unit_by_code("L")).on_hand == 100
    assert [r["quantity"] for r in await sql.fetch("SELECT quantity FROM trace_link ORDER BY id")] == [100, -100]
    with pytest.raises(Refused) as refused:
        async with act(Tag.UNIT_REVERSE, actor=SYSTEM):
            await reverse_link(row["id"], actor=SYSTEM, reason="once more")
    assert codes(refused) == ["link.reversed"]


async def test_unused_material_comes_back_but_never_more_than_went_in() -> None:
    await make.unit("R", 100)
    await make.unit("B", 0, kind=UnitKind.BATCH)
    await make.link("R", "B", 80)
    await make.link("R", "B", 30, Activity.RETURN)
    assert await edge("R", "B") == (Decimal(50), 0.5)
    assert (await unit_by_code("R")).on_hand == 50
    with pytest.raises(Refused) as refused:
        await make.link("R", "B", 51, Activity.RETURN)
    assert codes(refused) == ["link.more_than_linked"]


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN"])
async def test_nothing_or_less_cannot_be_linked(quantity: str) -> None:
    await make.unit("L")
    await make.unit("R")
    with pytest.raises(Refused) as refused:
        await make.link("L", "R", quantity)
    assert codes(refused) == ["quantity.not_positive"]


async def test_nothing_goes_into_itself_by_any_way() -> None:
    await make.chain("A", "B", "C")
    with pytest.raises(Refused) as refused:
        await make.link("C", "A", 1)
    assert codes(refused) == ["link.loop"]
    with pytest.raises(Refused) as itself:
        await make.link("C", "C", 1)
    assert codes(itself) == ["link.loop"]


async def test_of_two_who_want_the_last_metres_exactly_one_gets_them() -> None:
    await make.unit("R", 10)
    for code in ("X", "Y"):
        await make.unit(code, 0, kind=UnitKind.BATCH)
    answers = await asyncio.gather(make.link("R", "X", 10), make.link("R", "Y", 10), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 1
    assert refused[0].reasons[0].code == "unit.not_enough"
    assert (await unit_by_code("R")).on_hand == 0
    assert await sql.fetch_value("SELECT count(*) FROM trace_link") == 1


async def test_two_draws_without_a_lock_cannot_both_win() -> None:
    roll = await make.unit("R", 10)

    async def take() -> Decimal:
        async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
            left = await draw(roll.id, Decimal(7), actor=SYSTEM)
            await this.record(subject="R")
            return left

    answers = await asyncio.gather(take(), take(), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Decimal", "Refused"]


async def test_movements_take_and_give_and_can_be_reversed_once() -> None:
    roll = await make.unit("R", 100)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        scrap = await record_movement(roll.id, kind=MovementKind.SCRAP, quantity=Decimal(8), actor=SYSTEM)
        await record_movement(roll.id, kind=MovementKind.SAMPLE, quantity=Decimal(2), actor=SYSTEM)
        await record_movement(
            roll.id, kind=MovementKind.ADJUST, quantity=Decimal("-0.5"), actor=SYSTEM, reason="stock count"
        )
        await this.record(subject="R")
    assert (await unit_by_code("R")).on_hand == Decimal("89.5")
    async with act(Tag.UNIT_REVERSE, actor=SYSTEM) as this:
        await reverse_movement(scrap.id, actor=SYSTEM, reason="was not this roll")
        await this.record(subject="R")
    assert (await unit_by_code("R")).on_hand == Decimal("97.5")
    with pytest.raises(Refused) as refused:
        async with act(Tag.UNIT_REVERSE, actor=SYSTEM):
            await reverse_movement(scrap.id, actor=SYSTEM, reason="again")
    assert codes(refused) == ["movement.reversed"]


async def test_a_correction_needs_a_reason_and_cannot_take_more_than_there_is() -> None:
    roll = await make.unit("R", 5)
    with pytest.raises(Refused) as refused:
        async with act(Tag.UNIT_MOVE, actor=SYSTEM):
            await record_movement(roll.id, kind=MovementKind.ADJUST, quantity=Decimal(0), actor=SYSTEM)
    assert codes(refused) == ["quantity.not_positive", "reason.missing"]
    with pytest.raises(Refused) as short:
        async with act(Tag.UNIT_MOVE, actor=SYSTEM):
            await record_movement(roll.id, kind=MovementKind.SCRAP, quantity=Decimal(6), actor=SYSTEM)
    assert codes(short) == ["unit.not_enough"]


async def test_states_move_by_the_table_only() -> None:
    roll = await make.unit("R", state=UnitState.QUARANTINE)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        assert (await set_state(roll.id, UnitState.RELEASED, actor=SYSTEM)).state is UnitState.RELEASED
        await this.record(subject="R")
    with pytest.raises(IllegalMove):
        async with act(Tag.UNIT_MOVE, actor=SYSTEM):
            await set_state(roll.id, UnitState.IN_PROCESS, actor=SYSTEM)


async def test_usable_gives_every_reason() -> None:
    now = datetime.now(UTC)
    roll = await make.unit("R", state=UnitState.QUARANTINE, usable_until=now)
    await sql.execute("UPDATE trace_unit SET held = true WHERE id = $1", roll.id)
    row = (await lock_units([roll.id]))[roll.id]
    assert [r.code for r in usable_blockers(row, now)] == ["unit.not_released", "unit.held", "unit.expired"]
    fresh = await make.unit("S", usable_until=now + timedelta(seconds=1))
    assert usable_blockers(fresh, now) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE trace_link SET quantity = 1", "DELETE FROM trace_link", "TRUNCATE trace_link"]
)
async def test_the_ledger_cannot_be_changed_by_the_application(statement: str) -> None:
    await make.chain("L", "R")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE trace_link SET quantity = 1", "DELETE FROM trace_link", "TRUNCATE trace_link"]
)
async def test_nor_by_its_owner(statement: str, owner: asyncpg.Connection) -> None:
    await make.chain("L", "R")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(statement)


async def test_any_scan_of_a_unit_finds_it() -> None:
    carton = await make.unit("MB-1-C0001", kind=UnitKind.CARTON)
    await make.unit("MB-1", kind=UnitKind.BATCH, identifiers={"gtin": "06901234567892", "batch": "20261121A"})
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await set_identifiers(carton.id, {"sscc": "069012340000000016"}, actor=SYSTEM)
        await set_identifiers(carton.id, {"gtin": "16901234567899", "serial": "0001"}, actor=SYSTEM)
        await this.record(subject="MB-1-C0001")
    for text, code in (
        ("mb-1-c0001", "MB-1-C0001"),
        ("]C100069012340000000016", "MB-1-C0001"),
        ("069012340000000016", "MB-1-C0001"),
        ("]d201169012345678992100" + "01", "MB-1-C0001"),
        ("]C1010690123456789210" + "20261121A", "MB-1"),
    ):
        found = await resolve_scan(text)
        assert found is not None, text
        assert found.code == code
    assert await resolve_scan("]C10106901234567892") is None
    assert await resolve_scan("no such thing") is None


async def test_unknown_units_are_not_found() -> None:
    with pytest.raises(NotFound):
        await unit_by_code("X")
    with pytest.raises(NotFound):
        await unit_by_id(1)
    with pytest.raises(NotFound):
        await lock_units([1])
