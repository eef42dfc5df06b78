"""The whole way through the pages: every page answers, every act goes through its form, refusals stay on the page."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.packing import cartons_of
from maskqms.batches.queries.record import issues_of, outputs_of
from maskqms.batches.states import BatchState
from tests.conftest import PASSWORD, ClientAs, People
from tests.make.batches import MELTBLOWN, SPUNBOND, make_completed, make_materials, make_roll, make_started
from tests.make.products import make_product

HTMX = {"hx-request": "true"}


async def send(client: httpx.AsyncClient, url: str, **fields: Any) -> httpx.Response:
    """A form as the browser posts it."""
    data = {name: value for name, value in fields.items() if value is not None}
    return await client.post(url, data={"key": secrets.token_hex(16), **data})


async def digest_on(client: httpx.AsyncClient, url: str, dialog: str) -> str:
    """The digest in a signature dialog of a page."""
    text = (await client.get(url)).text
    part = text.split(f'id="{dialog}-form"', 1)[1]
    return part.split('name="digest" value="', 1)[1].split('"', 1)[0]


def who(client: httpx.AsyncClient, username: str) -> dict[str, str]:
    return {"username": username, "password": PASSWORD}


async def test_a_product_its_certificates_and_its_master_record_are_made_at_the_desk(
    client_as: ClientAs, people: People
) -> None:
    manager, quality = await client_as(people.manager), await client_as(people.quality)
    assert "还没有登记产品" in (await manager.get("/products")).text
    facts = {
        "code": "P-01",
        "name_zh": "医用外科口罩",
        "kind": "medical",
        "standard": "YY 0469",
        "model": "平面型",
        "shelf_life_months": "24",
        "pieces_per_box": "50",
        "boxes_per_carton": "40",
        "gtin": "6901234000016",
    }
    wrong = await send(manager, "/products/new", **{**facts, "shelf_life_months": "many"})
    assert wrong.status_code == 422
    assert "医用外科口罩" in wrong.text
    refused = await send(manager, "/products/new", **{**facts, "gtin": "6901234000017"})
    assert refused.status_code == 409
    made = await send(manager, "/products/new", **facts)
    assert (made.status_code, made.headers["location"]) == (303, "/products/P-01")
    assert "没有" in (await manager.get("/products/P-01")).text
    for kind, number in (("registration", "豫械注准 1"), ("production_licence", "生产许 1")):
        done = await send(
            manager,
            "/licences/new",
            kind=kind,
            number=number,
            holder="某厂",
            products="P-01",
            valid_from="2020-01-01",
            **who(manager, "manager"),
        )
        assert done.status_code == 303, done.text
    assert "生产许 1" in (await manager.get("/licences")).text
    changed = await send(manager, "/products/P-01/change", **{**facts, "boxes_per_carton": "20"}, reason="换箱")
    assert changed.status_code == 303
    await make_materials(people)
    draft = await send(
        manager,
        "/master-records/P-01/new",
        material_1=MELTBLOWN,
        quantity_1="180",
        loss_1="5",
        material_3=SPUNBOND,
        quantity_3="360",
        loss_3="5",
        route="打片\n点焊\n包装",
        lines="L1，L2",
        yield_percent="95",
        piece_tolerance="20",
        change="首版",
    )
    assert (draft.status_code, draft.headers.get("location")) == (303, "/master-records/P-01/1"), draft.text
    digest = await digest_on(quality, "/master-records/P-01/1", "approve")
    approved = await send(quality, "/master-records/P-01/1/approve", digest=digest, **who(quality, "quality"))
    assert approved.status_code == 303
    assert "生效" in (await quality.get("/master-records")).text
    planned = await send(manager, "/batches/new", product="P-01", line="L1", quantity="10000")
    assert planned.headers["location"].startswith("/batches/MB-")
    for page in (planned.headers["location"], "/batches", "/master-records/P-01/1", "/master-records/P-01/new"):
        assert (await manager.get(page)).status_code == 200, page


async def test_a_batch_is_made_at_the_tablet(client_as: ClientAs, people: People) -> None:
    manager, operator, second = [await client_as(p) for p in (people.manager, people.operator, people.operator2)]
    await make_started(people, line="L2")
    plan = await send(manager, "/batches/new", product="P-01", line="L1", quantity="400")
    code = plan.headers["location"].removeprefix("/batches/")
    here = f"/station/{code}"
    assert code in (await operator.get("/station")).text
    assert (await send(operator, f"{here}/start")).status_code == 409
    digest = await digest_on(operator, f"{here}/clearance", "clear")
    points = ["material", "product", "labels", "documents", "equipment", "status"]
    short = await send(operator, f"{here}/clearance", digest=digest, confirmed=points[:3], **who(operator, "operator"))
    assert short.status_code == 409
    cleared = await send(operator, f"{here}/clearance", digest=digest, confirmed=points, **who(operator, "operator"))
    assert cleared.status_code == 303, cleared.text
    digest = await digest_on(second, f"{here}/clearance", "check")
    own = await send(operator, f"{here}/clearance/check", digest=digest, **who(operator, "operator"))
    assert own.status_code == 409
    checked = await send(second, f"{here}/clearance/check", digest=digest, **who(second, "operator2"))
    assert checked.status_code == 303
    assert "一切就绪" in (await operator.get(f"{here}/start")).text
    assert (await send(operator, f"{here}/start")).status_code == 303
    await make_roll("ML-1-R01", MELTBLOWN)
    await make_roll("ML-2-R01", SPUNBOND)
    await make_roll("ML-3-R01", "M-XX")
    assert "ML-1-R01" in (await operator.get(f"{here}/issue")).text
    key = secrets.token_hex(16)
    for _again in range(2):
        done = await operator.post(
            f"{here}/issue", data={"code": " ml-1-r01 ", "quantity": "74", "key": key}, headers=HTMX
        )
        assert (done.status_code, 'data-answer="done"' in done.text) == (200, True), done.text
        assert done.headers["hx-trigger"] == "batch-changed"
    wrong = await operator.post(f"{here}/issue", data={"code": "ML-3-R01"}, headers=HTMX)
    assert (wrong.status_code, 'data-answer="refused"' in wrong.text) == (409, True)
    unknown = await operator.post(f"{here}/issue", data={"code": "XYZ"}, headers=HTMX)
    assert (unknown.status_code, 'data-answer="unknown"' in unknown.text) == (404, True)
    assert (await operator.post(f"{here}/issue", data={"code": "ML-2-R01"}, headers=HTMX)).status_code == 200
    assert (await send(operator, f"{here}/return", code="ML-2-R01", quantity="350")).status_code == 303
    batch = await batch_by_code(code)
    assert [row.quantity for row in await issues_of(batch.id)] == [74, 150]
    assert "ML-1-R01" in (await operator.get(f"{here}/issue/lines")).text
    assert (await send(operator, f"{here}/output", kind="good", quantity="400")).status_code == 303
    assert (await send(operator, f"{here}/output", kind="scrap", quantity="4")).status_code == 409
    scrap = await send(operator, f"{here}/output", kind="scrap", quantity="4", scrap_reason="weld")
    assert "kind=scrap&done=" in scrap.headers["location"]
    entry = (await outputs_of(batch.id))[0]
    assert (await send(operator, f"{here}/output/{entry.id}/reverse", reason="数错")).status_code == 303
    for kind in ("good", "scrap", "sample", "retained"):
        assert (await operator.get(f"{here}/output?kind={kind}")).status_code == 200
    assert (await send(operator, f"{here}/packing")).status_code == 303
    assert (await send(operator, f"{here}/packing/boxes", boxes="2")).status_code == 303
    assert "B0005" in (await operator.get(f"{here}/packing")).text
    loose = [f"{code}-B0005", f"{code}-B0006"]
    assert (await send(operator, f"{here}/packing/loose", boxes=loose)).status_code == 303
    last = (await cartons_of(batch.id))[0]
    assert (await send(operator, f"{here}/packing/{last.code}/unpack", reason="箱破")).status_code == 303
    assert (await send(operator, f"{here}/packing/loose", boxes=loose)).status_code == 303
    assert "散盒" in (await operator.get(f"{here}/packing")).text
    assert (await send(operator, f"{here}/complete", counted="400")).status_code == 409
    assert (await send(operator, f"{here}/packing", boxes="2")).status_code == 303
    done = await send(operator, f"{here}/complete", counted="402")
    assert done.status_code == 303, done.text
    assert (await batch_by_code(code)).state is BatchState.COMPLETE
    for page in ("", "/clearance", "/return", "/packing", "/output", "/issue", "/complete"):
        assert (await operator.get(here + page)).status_code == 200, page


async def test_the_record_at_the_desk(client_as: ClientAs, people: People) -> None:
    batch = await make_completed(people, cartons=2)
    quality, english = await client_as(people.quality), await client_as(people.quality2)
    for tab in ("", "/materials", "/output", "/packing", "/balances", "/signatures"):
        answer = await quality.get(batch.href + tab)
        assert answer.status_code == 200, tab
        assert batch.code in answer.text
    await english.post("/language", data={"language": "en", "next": "/"})
    assert "Production complete" in (await english.get(batch.href)).text
    assert (await quality.get("/batches/MB-20200101-01")).status_code == 404
    listed = await quality.get("/batches?state=complete&line=L1&search=外科")
    assert batch.code in listed.text
    assert batch.code not in (await quality.get("/batches?state=released")).text


async def test_who_may_not_act_is_refused_and_who_is_not_signed_in_is_sent_away(
    client_as: ClientAs, people: People
) -> None:
    batch = await make_started(people)
    await make_product(people, "P-09", gtin=None, licensed=False)
    warehouse, nobody = await client_as(people.warehouse), await client_as(None)
    refused = await send(warehouse, f"/station/{batch.code}/output", kind="good", quantity="10")
    assert refused.status_code == 409
    assert (await send(warehouse, "/batches/new", product="P-01", line="L1", quantity="10")).status_code == 409
    assert (await nobody.get("/station")).status_code in (302, 303, 401)
