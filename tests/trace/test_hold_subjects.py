"""Holds on a product, a supplier or a line: what there is of it, and what comes of it later. A hold's lists."""

from __future__ import annotations

import asyncio
import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.trace.actions.holds import lift_hold, place_hold, place_hold_on
from maskqms.trace.actions.shipments import add_line, confirm_shipment, make_consignee, make_shipment
from maskqms.trace.queries.hold_lists import lists_of_hold
from maskqms.trace.queries.subjects import known_names
from maskqms.trace.queries.tables import View
from maskqms.trace.queries.traversal import trace
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import Activity, HoldSubject, UnitKind, UnitState
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import ClientAs, People

pytestmark = pytest.mark.usefixtures("db")


async def held() -> set[str]:
    return {row["code"] for row in await sql.fetch("SELECT code FROM trace_unit WHERE held")}


async def lot(code: str, supplier: str) -> None:
    await make.unit(code, kind=UnitKind.LOT, supplier=supplier)


async def batch(code: str, product: str, line: str = "L1", **facts: Any) -> None:
    await make.unit(code, 100, kind=UnitKind.BATCH, identifiers={"product": product, "line": line}, **facts)


async def some() -> None:
    """Two suppliers, a roll of the first in a batch, another product on another line."""
    await lot("ML-1", "S001")
    await lot("ML-2", "S002")
    await make.unit("ML-1-R01", 10, supplier="S001")
    await make.link("ML-1", "ML-1-R01", 10, Activity.SPLIT)
    await batch("MB-1", "P-A")
    await batch("MB-2", "P-B", "L2")
    await make.link("ML-1-R01", "MB-1", 5)
    await make.unit("MB-1-C0001", 10, kind=UnitKind.CARTON)
    await make.link("MB-1", "MB-1-C0001", 10, Activity.PACK)


@pytest.mark.parametrize(
    ("subject", "name", "stopped"),
    [
        (HoldSubject.SUPPLIER, "S001", {"ML-1", "ML-1-R01", "MB-1", "MB-1-C0001"}),
        (HoldSubject.PRODUCT, "P-A", {"MB-1", "MB-1-C0001"}),
        (HoldSubject.LINE, "L2", {"MB-2"}),
    ],
)
async def test_a_subject_holds_what_there_is_of_it_and_all_below(
    people: People, subject: HoldSubject, name: str, stopped: set[str]
) -> None:
    await some()
    placed = await place_hold_on(subject, name, reason="notice", actor=people.quality)
    assert (placed.hold.subject_kind, placed.hold.subject, placed.hold.unit) == (subject, name, None)
    assert await held() == stopped
    assert sum(placed.units.values()) == len(stopped)
    await lift_hold(placed.hold.code, reason="retested", signer=await people.signer("quality2"))
    assert await held() == set()


async def test_what_comes_later_of_a_held_subject_is_held_until_that_is_lifted(people: People) -> None:
    await some()
    first = await place_hold_on(HoldSubject.SUPPLIER, "S001", reason="x", actor=people.quality)
    second = await place_hold_on(HoldSubject.PRODUCT, "P-B", reason="y", actor=people.quality)
    third = await place_hold_on(HoldSubject.LINE, "L2", reason="z", actor=people.quality)
    await lot("ML-3", "S001")
    await lot("ML-4", "S002")
    await batch("MB-3", "P-B", "L2")
    await make.unit("ML-3-R01", 10)
    await make.link("ML-3", "ML-3-R01", 10, Activity.SPLIT)
    assert await held() >= {"ML-3", "ML-3-R01", "MB-3"}
    assert "ML-4" not in await held()
    assert set((await unit_by_code("ML-3-R01")).holds) == {first.hold.code}
    assert set((await unit_by_code("MB-3")).holds) == {second.hold.code, third.hold.code}
    await lift_hold(first.hold.code, reason="y", signer=await people.signer("quality2"))
    await lot("ML-5", "S001")
    assert not {"ML-3", "ML-3-R01", "ML-5"} & await held()


async def test_imported_history_of_a_held_supplier_is_held_with_all_below() -> None:
    await lot("ML-1", "长垣市华康辅料厂")
    placed = await place_hold_on(HoldSubject.SUPPLIER, "长垣市华康辅料厂", reason="x", actor=SYSTEM)
    await make.history()
    below = {unit.code for unit in (await trace("EAR-0000001")).units()}
    assert len(below) > 10
    assert await held() >= below | {"EAR-0000001"}
    assert "MBL-0000001" not in await held()
    assert set((await unit_by_code("EAR-0000001")).holds) == {placed.hold.code}
    assert (await verify()).first_broken is None


async def test_a_delivery_taken_while_its_supplier_is_being_held_is_held(people: People) -> None:
    """Whoever comes first: the hold waits for the delivery and finds it, or the delivery waits and inherits."""
    await lot("ML-0", "S001")
    for number in range(1, 7):
        work = [
            place_hold_on(HoldSubject.SUPPLIER, "S001", reason="x", actor=people.quality),
            lot(f"ML-{number}", "S001"),
        ]
        await asyncio.gather(*(work if number % 2 else reversed(work)))
        assert f"ML-{number}" in await held()


async def test_a_name_that_nothing_carries_is_refused_with_all_else(people: People) -> None:
    await some()
    assert await known_names() == ["P-A", "P-B", "L1", "L2", "S001", "S002"]
    with pytest.raises(Refused) as refused:
        await place_hold_on(HoldSubject.SUPPLIER, "S00l", reason=" ", actor=people.operator)
    assert [reason.code for reason in refused.value.reasons] == ["actor.role", "reason.missing", "hold.nothing"]


async def test_the_form_offers_the_names_and_places_the_hold(client_as: ClientAs, people: People) -> None:
    await some()
    client = await client_as(people.quality)
    page = (await client.get("/holds/new", params={"subject": "supplier", "unit": "S001"})).text
    assert '<option value="S002">' in page
    assert '<option value="supplier" selected>' in page
    assert '<option value="site"' not in page
    assert "S001" in page
    given = {"subject": "supplier", "unit": " S001 ", "reason": "x", "key": "k" * 16}
    assert (await client.post("/holds", data=given | {"span_from": "1", "span_to": "2"})).status_code == 422
    placed = await client.post("/holds", data=given)
    assert placed.status_code == 303
    assert await held() == {"ML-1", "ML-1-R01", "MB-1", "MB-1-C0001"}
    assert "S001" in (await client.get("/holds")).text
    span = {"subject": "span", "unit": "ML-1-R01", "reason": "x", "key": "m" * 16}
    assert (await client.post("/holds", data=span)).status_code == 422
    assert (await client.post("/holds", data=span | {"span_from": "1", "span_to": "2"})).status_code == 303
    nothing = await client.post("/holds", data={**given, "unit": "S00l", "key": "n" * 16})
    assert nothing.status_code == 409


async def shipped_and_not() -> None:
    await some()
    await make.unit("MB-3", 0, kind=UnitKind.BATCH, state=UnitState.IN_PROCESS)
    await make.link("ML-1-R01", "MB-3", 5)
    carton, other = await unit_by_code("MB-1-C0001"), await unit_by_code("MB-1")
    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        hospital = await make_consignee(code="C1", name="人民医院", actor=SYSTEM)
        gone = await make_shipment(code="SH-1", consignee=hospital.id, actor=SYSTEM)
        waiting = await make_shipment(code="SH-2", consignee=hospital.id, actor=SYSTEM)
        await add_line(gone.id, carton.id, Decimal(4), actor=SYSTEM)
        await add_line(gone.id, carton.id, Decimal(2), actor=SYSTEM)
        await confirm_shipment(gone.id, shipped_on=date(2026, 11, 2), actor=SYSTEM)
        await add_line(waiting.id, other.id, Decimal(30), actor=SYSTEM)
        await this.record(subject="MB-1")


async def test_the_three_lists_of_a_hold_are_those_of_its_trace(people: People) -> None:
    await shipped_and_not()
    placed = await place_hold(unit="ML-1", reason="x", actor=people.quality)
    lists, traced = await lists_of_hold(placed.hold.id, first=None), (await trace("ML-1")).lists
    for view, items in (
        (View.SHIPPED, traced.shipped),
        (View.STOPPABLE, traced.stoppable),
        (View.ON_HAND, traced.on_hand),
    ):
        found = sorted((row.code, str(row.kind), row.quantity, row.unit, row.place) for row in lists[view])
        assert found == sorted((i.code, i.kind, i.quantity, i.unit, i.where) for i in items)
        assert all(row.total == len(items) for row in lists[view])
    assert [(row.code, row.quantity, row.name) for row in lists[View.SHIPPED]] == [("MB-1-C0001", 6, "人民医院")]
    assert {row.code for row in lists[View.STOPPABLE]} == {"MB-1", "MB-3"}


async def test_after_a_hold_its_page_shows_the_three_lists_in_one_statement(
    client_as: ClientAs, people: People
) -> None:
    await shipped_and_not()
    client = await client_as(people.quality)
    placed = await client.post("/holds", data={"unit": "ML-1", "reason": "x", "key": "k" * 16})
    address = placed.headers["location"]
    page = (await client.get(address)).text
    assert "C1 人民医院" in page
    for view in ("shipped", "stoppable", "on_hand"):
        assert f"/trace?code=ML-1&amp;view={view}" in page
        answer = await client.get(f"{address}/{view}/csv")
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == {"shipped": 2, "stoppable": 3, "on_hand": 4}[view], rows
        assert (await client.get(f"{address}/{view}/xlsx")).content[:2] == b"PK"
    assert (await client.get(f"{address}/units/csv")).status_code == 404
    assert (await client.get(f"{address}/shipped/pdf")).status_code == 404


async def test_the_page_of_a_wide_hold_costs_what_that_of_a_narrow_one_does(
    client_as: ClientAs, people: People, asked: list[str]
) -> None:
    await make.history()
    wide = await place_hold(unit="MBL-0000006", reason="x", actor=people.quality)
    narrow = await place_hold(unit="B-0000153", reason="x", actor=people.quality)
    client = await client_as(people.quality)
    counts = []
    for placed in (narrow, narrow, wide):
        asked.clear()
        assert (await client.get(f"/holds/{placed.hold.code}")).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 12


async def test_a_long_list_is_shown_by_its_first_entries_and_its_length(people: People) -> None:
    await make.history()
    placed = await place_hold(unit="MBL-0000006", reason="x", actor=people.quality)
    traced = (await trace("MBL-0000006")).summary
    lists = await lists_of_hold(placed.hold.id, first=3)
    assert traced.shipped > 3
    assert (len(lists[View.SHIPPED]), lists[View.SHIPPED][0].total) == (3, traced.shipped)
    assert len(lists[View.ON_HAND]) == min(3, traced.on_hand)
