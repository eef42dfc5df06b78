"""Forward, backward and as of: against the small history, and against an oracle that walks every path by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.trace.actions.edges import rebuild_edges
from maskqms.trace.actions.link import reverse_link
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.shipments import add_line, confirm_shipment, make_consignee, make_shipment
from maskqms.trace.queries.document import as_json
from maskqms.trace.queries.edges import edge_differences
from maskqms.trace.queries.traversal import ancestors, descendants_of, trace
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import Activity, Direction, MovementKind, UnitKind, UnitState
from tests.make import trace as make

pytestmark = pytest.mark.usefixtures("db")
ROOTS = json.loads((make.HISTORY / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("expected", ROOTS, ids=[root["name"] for root in ROOTS])
@pytest.mark.parametrize("as_of", [None, datetime(2030, 1, 1, tzinfo=UTC)], ids=["now", "ledger"])
async def test_the_small_history_is_answered_as_it_was(expected: dict, as_of: datetime | None) -> None:
    await make.history()
    answer = await trace(expected["root"], Direction(expected["direction"]), as_of=as_of, prove=True)
    assert answer.faults == []
    assert {unit.code: pytest.approx(unit.share, abs=1e-6) for unit in answer.units()} == expected["units"]
    assert [shipment.code for shipment in answer.shipments] == sorted(expected["shipments"])
    assert {shipment.consignee for shipment in answer.shipments} == set(expected["consignees"])
    assert answer.proof.recount == answer.proof.units == len(expected["units"])
    assert answer.proof.frontier_empty


async def test_forward_and_backward_say_the_same() -> None:
    await make.history()
    forward = await trace("MBL-0000006")
    for unit in list(forward.units())[::7]:
        back = await trace(unit.code, Direction.BACKWARD)
        assert {u.code: u.share for u in back.units()}["MBL-0000006"] == pytest.approx(unit.share, abs=1e-12)


def every_path(links: dict[tuple[int, int], Fraction], made: list[Fraction], root: int) -> dict[int, Fraction]:
    """The oracle: follow each path one by one and add up the products."""
    shares: dict[int, Fraction] = {}

    def follow(unit: int, part: Fraction) -> None:
        for (parent, child), quantity in links.items():
            if parent == unit:
                flowing = part * quantity / made[parent]
                shares[child] = shares.get(child, Fraction(0)) + flowing
                follow(child, flowing)

    follow(root, Fraction(1))
    return shares


@pytest.mark.parametrize("seed", range(12))
async def test_any_genealogy_against_every_path_and_the_ledger(seed: int, owner: asyncpg.Connection) -> None:
    """Random acts: links, repeated links, reversals, returns, output; then both directions from every third unit."""
    random = Random(seed)
    size = random.randint(4, 11)
    made = [Fraction(random.randint(500, 1000)) for _ in range(size)]
    for number, quantity in enumerate(made):
        await make.unit(f"U{number}", int(quantity))
    net: dict[tuple[int, int], Fraction] = {}
    for _ in range(random.randint(size, 3 * size)):
        parent, child = sorted(random.sample(range(size), 2))
        quantity = Fraction(random.randint(1, 300), 10)
        row = await make.link(f"U{parent}", f"U{child}", Decimal(quantity.numerator) / quantity.denominator)
        if random.random() < 0.2:
            async with act(Tag.UNIT_REVERSE, actor=SYSTEM) as this:
                await reverse_link(row.id, actor=SYSTEM, reason="wrong")
                await this.record(subject=f"U{child}")
            continue
        net[parent, child] = net.get((parent, child), Fraction(0)) + quantity
        if random.random() < 0.2:
            await make.link(f"U{parent}", f"U{child}", Decimal("0.1"), Activity.RETURN)
            net[parent, child] -= Fraction(1, 10)
            net = {ends: left for ends, left in net.items() if left}
        if random.random() < 0.2:
            unit = await unit_by_code(f"U{parent}")
            async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
                await record_movement(unit.id, kind=MovementKind.OUTPUT, quantity=Decimal(50), actor=SYSTEM)
                await this.record(subject=unit.code)
            made[parent] += 50
    for root in range(0, size, 3):
        forward = await trace(f"U{root}", prove=True)
        assert forward.faults == []
        expected = every_path(net, made, root)
        assert {u.code: pytest.approx(u.share, abs=1e-9) for u in forward.units()} == {
            f"U{unit}": float(share) for unit, share in expected.items()
        }
        backward = await trace(f"U{size - 1 - root}", Direction.BACKWARD, prove=True)
        assert backward.faults == []
        for unit in backward.units():
            share = every_path(net, made, int(unit.code[1:]))[size - 1 - root]
            assert unit.share == pytest.approx(float(share), abs=1e-9)
    assert await edge_differences() == []


async def test_depth_is_the_shortest_way() -> None:
    await make.chain("A", "B", "C", quantity=10)
    await make.unit("A2", 10)
    await make.link("A2", "B", 1)
    await make.link("A2", "C", 1)
    answer = await trace("A2")
    assert {unit.code: unit.depth for unit in answer.units()} == {"B": 1, "C": 1}
    assert [unit.code for unit in answer.units()] == ["B", "C"]


async def test_the_past_is_answered_with_the_links_of_then(clock) -> None:
    await clock.set("2026-11-01T08:00+08:00")
    await make.unit("L", 100, kind=UnitKind.LOT)
    await make.unit("R1", 40)
    await make.unit("R2", 40)
    wrong = await make.link("L", "R1", 40, Activity.SPLIT)
    await clock.set("2026-11-02T08:00+08:00")
    async with act(Tag.UNIT_REVERSE, actor=SYSTEM) as this:
        await reverse_link(wrong.id, actor=SYSTEM, reason="it was the other roll")
        await this.record(subject="R1")
    await make.link("L", "R2", 40, Activity.SPLIT)
    lot = await unit_by_code("L")
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await record_movement(lot.id, kind=MovementKind.OUTPUT, quantity=Decimal(100), actor=SYSTEM)
        await this.record(subject="L")

    async def then(moment: str) -> dict[str, float]:
        answer = await trace("L", as_of=datetime.fromisoformat(moment), prove=True)
        assert answer.faults == []
        return {unit.code: unit.share for unit in answer.units()}

    assert await then("2026-10-31T08:00+08:00") == {}
    assert await then("2026-11-01T20:00+08:00") == {"R1": 0.4}
    assert await then("2026-11-03T08:00+08:00") == {"R2": 0.2}
    assert {unit.code: unit.share for unit in (await trace("L")).units()} == {"R2": 0.2}


async def test_three_lists_and_a_unit_that_stands_in_all(clock) -> None:
    await clock.set("2026-11-01T08:00+08:00")
    await make.unit("L", 100, kind=UnitKind.LOT, measure="kg")
    batch = await make.unit("B", 1000, kind=UnitKind.BATCH, measure="piece", location="A-01")
    await make.unit("P", 500, kind=UnitKind.BATCH, measure="piece", state=UnitState.IN_PROCESS)
    await make.link("L", "B", 60)
    await make.link("L", "P", 40)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        hospital = await make_consignee(code="C1", name="H", actor=SYSTEM)
        gone = await make_shipment(code="SH-1", consignee=hospital.id, actor=SYSTEM)
        waiting = await make_shipment(code="SH-2", consignee=hospital.id, actor=SYSTEM)
        await add_line(gone.id, batch.id, Decimal(300), actor=SYSTEM)
        await add_line(gone.id, batch.id, Decimal(100), actor=SYSTEM)
        await add_line(waiting.id, batch.id, Decimal(200), actor=SYSTEM)
        await confirm_shipment(gone.id, shipped_on=datetime(2026, 11, 1, tzinfo=UTC).date(), actor=SYSTEM)
        await this.record(subject="B")
    document = as_json(await trace("L"))
    lists = {
        name: [(item["code"], item["quantity"], item["where"]) for item in items]
        for name, items in document["lists"].items()
    }
    assert lists == {
        "shipped": [("B", 400, "C1")],
        "stoppable": [("B", 200, "SH-2"), ("P", 500, "in_process")],
        "on_hand": [("B", 400, "A-01")],
    }
    assert document["shipments"] == [{"code": "SH-1", "consignee": "C1", "date": "2026-11-01", "units": ["B"]}]


async def test_a_batch_in_process_can_be_stopped_even_with_nothing_on_hand() -> None:
    """The roll was just scanned onto it, or all its output is boxed: in either case somebody can stop the line."""
    facts: dict[str, Any] = {"measure": "piece", "state": UnitState.IN_PROCESS}
    await make.unit("R")
    for code, quantity in (("FRESH", 0), ("BOXED", 50)):
        await make.unit(code, quantity, kind=UnitKind.BATCH, **facts)
        await make.link("R", code, 10)
    await make.unit("BOX", 50, kind=UnitKind.BOX, **facts)
    await make.unit("CARTON", 50, kind=UnitKind.CARTON, **facts)
    await make.link("BOXED", "BOX", 50, Activity.PACK)
    await make.link("BOX", "CARTON", 50, Activity.PACK)
    answer = await trace("R")
    stoppable = sorted((item.code, item.quantity, item.where) for item in answer.lists.stoppable)
    assert stoppable == [("BOXED", 0, "in_process"), ("CARTON", 50, "in_process"), ("FRESH", 0, "in_process")]
    assert [item.code for item in answer.lists.on_hand] == ["R"]
    assert (answer.summary.stoppable, answer.summary.on_hand) == (3, 1)


async def test_ancestors_come_with_the_way_to_them() -> None:
    await make.chain("A", "B", "C")
    found = await ancestors("C")
    assert [(a.unit.code, a.depth, a.path) for a in found] == [("B", 1, ("C", "B")), ("A", 2, ("C", "B", "A"))]
    assert [a.unit.code for a in await descendants_of("A")] == ["B", "C"]


async def test_a_loop_in_damaged_data_ends_and_is_called_inconsistent(owner: asyncpg.Connection) -> None:
    await make.chain("A", "B", "C")
    await owner.execute(
        "INSERT INTO trace_edge (child, parent, quantity, share) SELECT b.id, c.id, 1, 0.01"
        " FROM trace_unit b, trace_unit c WHERE b.code = 'B' AND c.code = 'C'"
    )
    answer = await trace("A", prove=True)
    assert not answer.consistent
    assert answer.faults[0].message.startswith("a loop")
    assert as_json(answer)["inconsistent"] == [str(fault) for fault in answer.faults]


async def test_edges_that_left_the_ledger_are_found_by_recount_and_check(owner: asyncpg.Connection) -> None:
    await make.chain("A", "B", "C")
    await owner.execute("DELETE FROM trace_edge WHERE child = (SELECT id FROM trace_unit WHERE code = 'C')")
    assert not (await trace("A", prove=True)).consistent
    differences = await edge_differences()
    assert [(d.parent, d.child) for d in differences] == [("B", "C")]
    assert await rebuild_edges(actor=SYSTEM) == 1
    assert await edge_differences() == []
    assert (await trace("A", prove=True)).consistent


async def test_an_unknown_code_is_not_found() -> None:
    with pytest.raises(NotFound):
        await trace("X")


async def test_the_digest_stays_while_nothing_changes() -> None:
    await make.chain("A", "B")
    before = (await trace("A")).digest
    assert (await trace("A")).digest == before
    await make.link("A", "B", 1, Activity.RETURN)
    assert (await trace("A")).digest != before
