"""Answers about the past: now is what stands, and before it existed nothing of a unit is anywhere."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.db.clock import now
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.shipments import add_line, confirm_shipment, make_consignee, make_shipment, remove_line
from maskqms.trace.importer.load import import_history
from maskqms.trace.queries.document import as_json
from maskqms.trace.queries.traversal import trace
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import Activity, Direction, MovementKind, UnitKind, UnitState
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("db")
ROOTS = json.loads((make.HISTORY / "expected.json").read_text(encoding="utf-8"))


async def answered(code: str, direction: Direction, as_of: datetime | None) -> dict[str, Any]:
    document = as_json(await trace(code, direction, as_of=as_of))
    document["proof"].pop("as_of")
    return document


async def test_as_of_now_the_small_history_is_what_stands() -> None:
    files = make.history_files()
    gone = files["units.csv"].replace(b",released\n", b",consumed\n", 120)
    await import_history(files | {"units.csv": gone}, actor=SYSTEM)
    for root in ROOTS:
        direction = Direction(root["direction"])
        plain = await answered(root["root"], direction, None)
        assert await answered(root["root"], direction, await now()) == plain


async def moved(code: str, kind: MovementKind, quantity: int, reason: str | None = None) -> None:
    unit = await unit_by_code(code)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await record_movement(unit.id, kind=kind, quantity=Decimal(quantity), actor=SYSTEM, reason=reason)
        await this.record(subject=code)


async def test_as_of_now_whatever_was_done_is_what_stands_and_earlier_what_was_there(clock: Clock) -> None:
    await clock.set("2026-11-01T08:00+08:00")
    await make.unit("L", 100, kind=UnitKind.LOT, measure="kg", location="A-01")
    batch = await make.unit("B", 0, kind=UnitKind.BATCH, measure="piece", state=UnitState.IN_PROCESS)
    await make.link("L", "B", 60)
    early = await now()
    await clock.set("2026-11-02T08:00+08:00")
    await moved("B", MovementKind.OUTPUT, 1000)
    for kind in (MovementKind.SAMPLE, MovementKind.RETAIN, MovementKind.SCRAP):
        await moved("B", kind, 10)
    await moved("L", MovementKind.ADJUST, 70, "counted")
    await make.link("L", "B", 5, Activity.RETURN)
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        hospital = await make_consignee(code="C1", name="H", actor=SYSTEM)
        gone = await make_shipment(code="SH-1", consignee=hospital.id, actor=SYSTEM)
        waiting = await make_shipment(code="SH-2", consignee=hospital.id, actor=SYSTEM)
        await add_line(gone.id, batch.id, Decimal(300), actor=SYSTEM)
        await confirm_shipment(gone.id, shipped_on=datetime.fromisoformat("2026-11-02").date(), actor=SYSTEM)
        line = await add_line(waiting.id, batch.id, Decimal(200), actor=SYSTEM)
        await this.record(subject="B")
    picked = await now()
    await clock.set("2026-11-03T08:00+08:00")
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        await remove_line(line.id, actor=SYSTEM)
        await this.record(subject="B")
    await moved("B", MovementKind.RESTOCK, 20)
    plain = await answered("L", Direction.FORWARD, None)
    assert plain["lists"]["on_hand"] == [{"code": "L", "kind": "lot", "quantity": 115, "unit": "kg", "where": "A-01"}]
    assert await answered("L", Direction.FORWARD, await now()) == plain

    async def there(at: datetime) -> dict[str, Decimal]:
        answer = (await trace("L", as_of=at)).lists
        return {item.code: item.quantity for item in [*answer.on_hand, *answer.stoppable] if item.where != "SH-2"}

    assert await there(early) == {"L": 40, "B": 0}
    assert await there(picked) == {"L": 115, "B": 470}
    assert await there(await now()) == {"L": 115, "B": 690}


@pytest.mark.parametrize("state", [UnitState.RELEASED, UnitState.IN_PROCESS])
async def test_before_it_was_there_a_unit_is_nowhere(clock: Clock, state: UnitState) -> None:
    await clock.set("2026-11-01T08:00+08:00")
    await make.unit("B", 100, kind=UnitKind.BATCH, state=state)
    for at, found in (("2026-10-31T23:59+08:00", 0), ("2026-11-01T09:00+08:00", 1)):
        lists = (await trace("B", as_of=datetime.fromisoformat(at))).lists
        assert len(lists.on_hand + lists.stoppable + lists.shipped) == found


async def test_an_imported_unit_is_there_since_the_day_its_file_says(clock: Clock) -> None:
    """MBL-0000001 was made on 2024-02-15 and first split on the day after, long before anybody imported it."""
    await clock.set("2026-11-01T08:00+08:00")
    await make.history()
    made = await sql.fetch_value("SELECT quantity FROM trace_unit WHERE code = 'MBL-0000001'")
    for at, there in (
        ("2024-02-14T23:59:59+08:00", []),
        ("2024-02-15T00:00+08:00", [made]),
        ("2024-02-15T23:59:59+08:00", [made]),
    ):
        answer = await trace("MBL-0000001", as_of=datetime.fromisoformat(at))
        assert [item.quantity for item in answer.lists.on_hand] == there


async def test_an_edge_that_is_not_what_the_ledger_says_is_named_by_audit_verify(owner: asyncpg.Connection) -> None:
    await make.chain("A", "B", "C")
    assert (await verify()).first_broken is None
    await owner.execute("UPDATE trace_edge SET share = share / 2 WHERE child = (SELECT max(child) FROM trace_edge)")
    broken = (await verify()).as_json()["first_broken"]
    assert (broken["kind"], broken["table"]) == ("edge", "trace_edge")
    assert broken["id"] == (await unit_by_code("C")).id
