"""The pages of shipping through the real application: at the desk and at the gate."""

from __future__ import annotations

import pytest

from maskqms.db import sql
from tests.conftest import ClientAs, People
from tests.make import release as make
from tests.make import shipping as ship

pytestmark = pytest.mark.usefixtures("db")
SCAN = {"hx-request": "true", "x-scan": "1"}


async def test_from_the_consignee_to_the_ledger_through_the_pages(people: People, client_as: ClientAs) -> None:
    batch = (await make.released(people, cartons=2)).batch_code
    first = await client_as(people.warehouse)
    entered = {
        "name": "郑州市第一人民医院",
        "address": "东大街 56 号",
        "contact": "王科长",
        "country": "cn",
        "key": "key-consignee",
    }
    assert (await first.post("/consignees", data={**entered, "address": ""})).status_code == 422
    answer = await first.post("/consignees", data=entered)
    assert answer.headers["location"] == "/consignees/C00001"
    answer = await first.post("/shipments", data={"consignee": "C00001", "key": "key-shipment"})
    shipment = answer.headers["location"].rsplit("/", 1)[1]
    gate = f"/station/shipments/{shipment}"
    assert shipment in (await first.get("/station/shipments")).text
    assert "data-scan" in (await first.get(gate)).text

    for number in (1, 2):
        posted = {"code": f"{batch}-C000{number}", "key": f"key-pick-{number}"}
        answer = await first.post(f"{gate}/pick", data=posted, headers=SCAN)
        assert answer.status_code == 200
        assert 'data-answer="done"' in answer.text
        assert answer.headers["hx-trigger"] == "shipment-changed"
        assert (await first.post(f"{gate}/pick", data=posted, headers=SCAN)).text.count('data-answer="done"') == 1
    assert (await first.get(f"{gate}/goods")).text.count(f"{batch}-C000") >= 2
    refused = await first.post(f"{gate}/pick", data={"code": f"{batch}-C0001", "key": "key-pick-9"}, headers=SCAN)
    assert refused.status_code == 409
    unknown = await first.post(f"{gate}/pick", data={"code": "NOPE-1", "key": "key-pick-8"}, headers=SCAN)
    assert unknown.status_code == 404
    own = await first.post(f"{gate}/check", data={"code": f"{batch}-C0001", "key": "key-own-1"}, headers=SCAN)
    assert own.status_code == 409

    second = await client_as(people.warehouse2)
    for number in (1, 2):
        posted = {"code": f"{batch}-C000{number}", "key": f"key-check-{number}"}
        assert (await second.post(f"{gate}/check", data=posted, headers=SCAN)).status_code == 200

    url = f"/shipments/{shipment}"
    assert (await first.post(f"{url}/confirm", data={"key": "key-confirm-0"})).status_code == 422
    posted = {"carrier": "顺丰速运", "waybill": "SF1", "key": "key-confirm"}
    assert (await first.post(f"{url}/confirm", data=posted)).status_code == 303
    assert (await first.post(f"{url}/confirm", data=posted)).status_code == 303, "a replay gets the first answer"
    page = (await first.get(url)).text
    assert "COC-" in page
    assert "顺丰速运" in page
    assert (await first.get("/shipments?stage=confirmed")).text.count(shipment) >= 1
    assert shipment in (await first.get("/consignees/C00001")).text


async def test_a_scan_can_be_taken_back_at_the_gate(people: People, client_as: ClientAs) -> None:
    batch = (await make.released(people, cartons=1)).batch_code
    code = await ship.shipment(people)
    client = await client_as(people.warehouse)
    carton = f"{batch}-C0001"
    picked = await client.post(
        f"/station/shipments/{code}/pick", data={"code": carton, "key": "key-pick-1"}, headers=SCAN
    )
    assert f"/station/shipments/{code}/remove" in picked.text
    taken = await client.post(
        f"/station/shipments/{code}/remove", data={"code": carton, "key": "key-take-1"}, headers=SCAN
    )
    assert taken.status_code == 200
    assert await sql.fetch_value("SELECT count(*) FROM shipment_line WHERE removed_at IS NULL") == 0


async def test_cancelling_terms_and_empty_lists(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.warehouse)
    assert (await client.get("/consignees")).status_code == 200
    assert (await client.get("/shipments")).status_code == 200
    assert (await client.get("/station/shipments")).status_code == 200
    code = await ship.shipment(people)
    answer = await client.post(f"/shipments/{code}/cancel", data={"reason": "客户取消", "key": "key-cancel"})
    assert answer.status_code == 303
    terms = {"min_remaining_days": "365", "credential": "GDP-1", "credential_until": "2030-01-01", "key": "key-terms-1"}
    assert (await client.post("/consignees/C00001/terms", data=terms)).status_code == 303
    assert "365" in (await client.get("/consignees/C00001")).text
    assert (await client.post("/consignees/C00001/terms", data={**terms, "min_remaining_days": "x"})).status_code == 422
    assert (await client.get("/shipments/SH-1")).status_code == 404


async def test_an_operator_sees_but_does_not_ship(people: People, client_as: ClientAs) -> None:
    code = await ship.shipment(people)
    client = await client_as(people.operator)
    assert (await client.get(f"/shipments/{code}")).status_code == 200
    assert (await client.get("/consignees/new")).status_code == 403
    answer = await client.post("/shipments", data={"consignee": "C00001", "key": "key-operator"})
    assert answer.status_code == 409
