"""The goods entrance over HTTP: scanned, lot after lot with defaults, labelled at once; nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest

from maskqms.db import sql
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.queries.orders import lines_of, order_by_code
from maskqms.materials.rules.receipt import Certificate
from maskqms.materials.states import Measure, OrderState
from maskqms.materials.typed import scanned_names, scanned_rolls
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make
from tests.make.papers import picture

PNG = picture("PNG")
SCANNED = {
    "line": "1", "delivery_note": "SH-9", "supplier_lot": "RP-9", "made_on": "2026-11-01",
    "rolls": "A-1 500 12.5\nA-2\nA-3 480\n", "key": "dock-key-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def test_a_roll_without_figures_is_like_the_one_before() -> None:
    rolls, fault = scanned_rolls("A-1\t500\t12.5\nA-2\n\nA-3，480", None, Measure.METRE)
    assert fault is None
    assert [(roll.supplier_roll, roll.metres, roll.kilograms) for roll in rolls] == [
        ("A-1", 500, pytest.approx(12.5)), ("A-2", 500, pytest.approx(12.5)), ("A-3", 480, None),
    ]  # fmt: skip
    assert [roll.kilograms for roll in scanned_rolls("10045\n10046 9", "8", Measure.KILOGRAM)[0]] == [8, 9]
    for text, like in (("A-1", None), ("A-1 long", None), ("A-1 1 2 3", None), ("A-1", "much")):
        assert scanned_rolls(text, like, Measure.METRE)[1] is not None
    assert scanned_names("A-1 500\n A-2\n") == ["A-1", "A-2"]


async def test_several_lots_of_a_delivery_are_scanned_one_after_the_other(people: People, client_as: ClientAs) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 4000)
    client = await client_as(people.warehouse)
    assert code in (await client.get("/station/receive")).text
    scan = {"code": code.lower(), "key": "scan-key-01"}
    assert (await client.post("/station/receive", data=scan)).headers["location"] == f"/station/receive/{code}"
    page = f"/station/receive/{code}"
    first = await client.post(page, data=SCANNED, files={"certificate": ("合格证.png", PNG, "text/plain")})
    assert first.headers["location"] == f"{page}?lot=ML-20261121-001"
    again = await client.post(page, data=SCANNED, files={"certificate": ("合格证.png", PNG, "text/plain")})
    assert again.headers["location"] == first.headers["location"]
    lot = await lot_by_code("ML-20261121-001")
    assert (lot.quantity, lot.expires_on) == (1480, None)
    assert [roll.supplier_roll for roll in await rolls_of(lot.id)] == ["A-1", "A-2", "A-3"]
    done = (await client.get(first.headers["location"])).text
    for kept in ('value="SH-9"', 'value="2026-11-01"', 'value="480"', "ML-20261121-001"):
        assert kept in done
    second = {**SCANNED, "supplier_lot": "RP-10", "rolls": "B-1\nB-2", "like": "500 12.5", "key": "dock-key-2"}
    after = await client.post(page, data=second)
    assert (await client.get(after.headers["location"])).text.count("ML-20261121-001") > 0
    assert (await order_by_code(code)).state is OrderState.PART_DELIVERED
    assert (await lines_of((await order_by_code(code)).id))[0].missing == 4000 - 1480 - 1000
    by_note = await client.post("/station/receive", data={"code": "SH-9", "key": "scan-key-02"})
    assert by_note.headers["location"] == page
    assert (await client.post("/station/receive", data={"code": "NOTHING", "key": "scan-key-03"})).status_code == 404
    printed = await client.post("/station/receive/labels", data={"lots": ["ML-20261121-001", "ML-20261121-002"]})
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert printed.headers["content-disposition"].startswith("inline")
    said = "SELECT count(*) FROM audit_entry WHERE tag = 'label:print' AND after->'said'->>'status' = 'quarantine'"
    assert await sql.fetch_value(said) == 7


async def test_labels_are_offered_once_to_who_may_print(people: People, client_as: ClientAs) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 4000)
    client = await client_as(people.warehouse)
    page = (await client.post(f"/station/receive/{code}", data=SCANNED)).headers["location"]
    at_once, by_hand = 'hx-trigger="load, submit"', 'hx-trigger="submit"'
    assert by_hand in (await (await client_as(people.admin)).get(page)).text
    asked = {"data": {"lots": ["ML-20261121-001"]}, "headers": {"HX-Request": "true"}}
    refused = await (await client_as(people.admin)).post("/station/receive/labels", **asked)
    assert refused.status_code == 409
    client = await client_as(people.warehouse)
    assert at_once in (await client.get(page)).text, "looking at it prints nothing, and neither does a refusal"
    paper = await client.post("/station/receive/labels", **asked)
    assert paper.text.count('src="data:image/png;base64,') == 4
    assert by_hand in (await client.get(page)).text
    assert by_hand in (await client.get("/lots/ML-20261121-001?received=true")).text
    assert "print-labels" not in (await client.get("/lots/ML-20261121-001")).text


async def test_nothing_typed_is_lost_when_the_entrance_says_no(people: People, client_as: ClientAs) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 1000)
    page = f"/station/receive/{code}"
    client = await client_as(people.warehouse)
    for wrong, shown in (
        ({"rolls": "A-1"}, "A-1"), ({"rolls": ""}, "RP-9"), ({"made_on": "soon"}, "SH-9"), ({"line": "x"}, "A-2"),
    ):  # fmt: skip
        answer = await client.post(page, data={**SCANNED, **wrong})
        assert answer.status_code == 422
        assert shown in answer.text
    too_much = await client.post(page, data=SCANNED)
    assert too_much.status_code == 409
    assert "请按订购量收货，多出部分在门口拒收。" in too_much.text
    assert (await client.post(page, data={**SCANNED, "line": "7"})).status_code == 404
    given = {"line": "1", "delivery_note": "SH-9", "quantity": "480", "rolls": "A-3", "reason": "超出订购量"}
    assert (await client.post(f"{page}/refuse", data={**given, "quantity": ""})).status_code == 422
    away = await client.post(f"{page}/refuse", data={**given, "key": "refuse-key-1"})
    assert away.headers["location"] == f"{page}?refused=1"
    assert "超出订购量" in (await client.get(away.headers["location"])).text
    assert "A-3" in (await client.get(f"/purchase-orders/{code}")).text


async def test_an_order_is_written_placed_and_ended_at_the_desk(people: People, client_as: ClientAs) -> None:
    where = await make.source(people, ordered=None)
    client = await client_as(people.warehouse)
    given = {
        "supplier": where.supplier, "material": where.material, "quantity": "2000", "due_on": "2026-12-01",
        "over_percent": "5", "note": "纸管内径 76 mm", "key": "order-key-01",
    }  # fmt: skip
    wrong = await client.post("/purchase-orders", data={**given, "quantity": "many"})
    assert wrong.status_code == 422
    assert "纸管内径 76 mm" in wrong.text
    made = await client.post("/purchase-orders", data=given)
    page = made.headers["location"]
    assert (await client.post("/purchase-orders", data=given)).headers["location"] == page
    line = {"material": where.material, "quantity": "10", "due_on": "2026-12-02", "over_percent": "0"}
    assert (await client.post(f"{page}/lines", data={**line, "due_on": ""})).status_code == 422
    assert (await client.post(f"{page}/lines", data=line)).status_code == 303
    assert (await client.post(f"{page}/remove", data={"line": "2"})).status_code == 303
    assert (await client.post(f"{page}/place", data={"key": "place-key-01"})).status_code == 303
    assert (await client.post(f"{page}/place", data={"key": "place-key-01"})).status_code == 303
    assert (await client.post(f"{page}/close", data={"reason": ""})).status_code == 409
    assert (await client.post(f"{page}/close", data={"reason": "停产"})).status_code == 303
    assert (await client.get(f"/c/{page.rsplit('/', 1)[1]}")).headers["location"] == page


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_every_page_of_orders_answers_everybody_in_both_languages(
    people: People, client_as: ClientAs, locale: str
) -> None:
    where = await make.source(people)
    made = await receive_lot(
        supplier=where.supplier,
        material=where.material,
        receipt=make.receipt(certificates=(Certificate("合格证.png", PNG),)),
        actor=people.warehouse,
    )
    draft = await make.draft(people, make.Source(where.supplier, (await make.material(people, code="M-X")).code))
    paths = [
        "/purchase-orders", "/purchase-orders?state=draft&supplier=S001", "/purchase-orders?overdue=true",
        "/purchase-orders/new", "/purchase-orders/PO-20261121-001", f"/purchase-orders/{draft}", "/lots/new",
        "/station/receive", f"/station/receive/PO-20261121-001?lot={made.lot}",
        "/station/receive/PO-20261121-001/refuse",
        f"/lots/{made.lot}", f"/lots/{made.lot}/certificates/1", f"/history/{draft}",
    ]  # fmt: skip
    for person in (people.warehouse, people.regulator):
        client = await client_as(person)
        client.cookies.set("maskqms_language", locale)
        for path in paths:
            assert (await client.get(path)).status_code == 200, path
    for path in ("/purchase-orders/PO-0", "/station/receive/PO-0", f"/lots/{made.lot}/certificates/9"):
        assert (await client.get(path)).status_code == 404, path


async def test_today_names_the_orders_that_are_overdue(people: People, client_as: ClientAs, clock: Clock) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, due_on=date(2026, 11, 24))
    await clock.set("2026-11-24T23:00+08:00")
    client = await client_as(people.warehouse)
    assert code not in (await client.get("/")).text
    await clock.set("2026-11-25T08:00+08:00")
    assert code in (await client.get("/")).text
    assert code not in (await (await client_as(people.operator)).get("/")).text
