"""The pages of materials over HTTP: forms keep what was typed, replays answer the same, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.db.transaction import transaction
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.queries.lots import lot_by_code, lots
from maskqms.materials.rules.decision import lot_content
from maskqms.trace.states import UnitState
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import materials as make
from tests.make.papers import PAPER

GIVEN = {
    "supplier": "S001", "material": "M-MB-25", "supplier_lot": "RP-1", "delivery_note": "SH-1", "quantity": "1000",
    "rolls": "A-1 500\nA-2 500", "key": "receive-key-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


async def test_a_delivery_is_received_once_however_often_it_is_sent(people: People, client_as: ClientAs) -> None:
    await make.source(people)
    client = await client_as(people.warehouse)
    first = await client.post("/lots", data=GIVEN)
    assert (first.status_code, first.headers["location"]) == (303, "/lots/ML-20261121-001?received=true")
    assert (await client.post("/lots", data=GIVEN)).headers["location"] == first.headers["location"]
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 1
    page = (await client.get("/lots/ML-20261121-001")).text
    assert "ML-20261121-001-R02" in page
    assert "A-2" in page
    assert 'data-opens="release"' not in page


async def test_what_was_typed_stays_beside_its_fault(people: People, client_as: ClientAs) -> None:
    await make.source(people)
    client = await client_as(people.warehouse)
    answer = await client.post("/lots", data={**GIVEN, "quantity": "abc", "made_on": "yesterday"})
    assert answer.status_code == 422
    assert 'value="abc"' in answer.text
    assert "A-1 500" in answer.text
    unread = await client.post("/lots", data={**GIVEN, "rolls": "A-1 long"})
    assert unread.status_code == 422
    assert "A-1 long" in unread.text
    refused = await client.post("/lots", data={**GIVEN, "quantity": "999"})
    assert refused.status_code == 409
    assert "1000" in refused.text
    assert (await client.post("/lots", data={**GIVEN, "material": "M-0"})).status_code == 404
    operator = await client_as(people.operator)
    assert (await operator.post("/lots", data=GIVEN)).status_code == 409
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 0


async def test_a_lot_is_released_with_the_password_of_who_is_signed_in(people: People, client_as: ClientAs) -> None:
    made = await make.received(people)
    await make.inspected(people, made.inspection)
    lot = await lot_by_code(made.lot)
    digest = content_digest(lot_content(lot.facts, (await sheet(made.inspection)).verdict))
    signed = {"username": "quality", "password": PASSWORD, "digest": digest, "key": "decide-key-1"}
    client = await client_as(people.quality)
    assert 'data-opens="release"' in (await client.get(f"/lots/{made.lot}")).text
    for wrong in ({"password": "x"}, {"username": "quality2"}, {"digest": "0" * 64}):
        assert (await client.post(f"/lots/{made.lot}/release", data={**signed, **wrong})).status_code == 409
    assert (await client.post(f"/lots/{made.lot}/reject", data=signed)).status_code == 409
    assert (await client.post(f"/lots/{made.lot}/release", data={"username": "quality"})).status_code == 422
    assert (await lot_by_code(made.lot)).state is UnitState.QUARANTINE
    assert (await client.post(f"/lots/{made.lot}/release", data=signed)).status_code == 303
    assert (await client.post(f"/lots/{made.lot}/release", data=signed)).status_code == 303
    assert "陈质量" in (await client.get(f"/lots/{made.lot}")).text


async def test_the_list_filters_and_takes_two_statements(people: People, client_as: ClientAs) -> None:
    made = await make.received(people)
    client = await client_as(people.quality)
    for query in ("", "?state=quarantine", "?material=M-MB-25", "?text=rp-2611", "?state=quarantine&material=M-MB-25"):
        assert made.lot in (await client.get(f"/lots{query}")).text
    for query in ("?state=released", "?material=M-0", "?text=nothing"):
        assert made.lot not in (await client.get(f"/lots{query}")).text
    counted: list[str] = []
    async with transaction() as link:
        link.add_query_logger(lambda record: counted.append(record.query))
        assert (await lots()).rows[0].on_hand == Decimal(2000)
        link._query_loggers.clear()
    assert len(counted) == 2


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_every_page_answers_everybody_in_both_languages(people: People, client_as: ClientAs, locale: str) -> None:
    lot = await make.released(people)
    paths = [
        "/lots", "/lots/new", f"/lots/{lot.code}", "/suppliers", "/suppliers/new", "/suppliers/S001",
        "/suppliers/S001/materials/M-MB-25", "/suppliers/S001/scorecard", "/scorecard", "/expiries",
        "/expiries?by=week&mine=1", "/changes", "/credential-rules", "/materials", "/materials/new",
        "/materials/M-MB-25",
        "/materials/M-MB-25/specifications/1", "/materials/M-MB-25/specifications/1/test?test=PFE",
        "/inspections", f"/inspections/{lot.inspection}", "/deviations", "/deviations/new",
    ]  # fmt: skip
    for person in (people.quality, people.regulator):
        client = await client_as(person)
        client.cookies.set("maskqms_language", locale)
        for path in paths:
            assert (await client.get(path)).status_code == 200, path
    for path in ("/lots/ML-0", "/suppliers/S9", "/materials/M-0", "/materials/M-MB-25/specifications/9"):
        assert (await client.get(path)).status_code == 404, path


async def test_supplier_papers_and_approval_over_http(people: People, client_as: ClientAs) -> None:
    await make.material(people)
    buyer = await client_as(people.warehouse)
    made = await buyer.post("/suppliers", data={"name": "某公司", "kind": "manufacturer", "key": "supplier-key-1"})
    assert made.headers["location"] == "/suppliers/S001"
    for type_ in ("business_licence", "production_licence"):
        given = {"type": type_, "number": "N1", "valid_from": "2026-01-01", "names_item": "true"}
        file = {"copy_file": ("执照.pdf", PAPER, "application/octet-stream")}
        assert (await buyer.post("/suppliers/S001/credentials", data=given, files=file)).status_code == 303
    bad = await buyer.post("/suppliers/S001/credentials", data={"type": "nonsense", "number": "N1"})
    assert bad.status_code == 422
    bare = await buyer.post("/suppliers/S001/credentials", data={**given, "number": "N2"})
    assert bare.status_code == 422
    assert "N2" in bare.text, "what was typed stays"
    paper = await buyer.get("/suppliers/S001/credentials/1/file")
    assert (paper.content, paper.headers["content-type"]) == (PAPER, "application/pdf")
    assert paper.headers["content-disposition"].startswith("attachment")
    assert await sql.fetch_value("SELECT length(digest) FROM credential WHERE id = 1") == 64
    assert (
        await buyer.post("/suppliers/S001/propose", data={"material": "M-MB-25", "basis": "试用"})
    ).status_code == 303
    report = {"report": ("报告.pdf", PAPER, "text/html")}
    about = {"kind": "audit", "number": "AU-1", "done_on": "2026-11-20"}
    kept = await buyer.post("/suppliers/S001/materials/M-MB-25/evaluations", data=about, files=report)
    assert kept.status_code == 303
    quality = await client_as(people.quality)
    page = (await quality.get("/suppliers/S001/materials/M-MB-25")).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    signed = {
        "state": "approved", "basis": "审核报告 1", "valid_from": "2026-11-21", "valid_until": "2027-11-20",
        "username": "quality", "password": PASSWORD, "digest": digest, "key": "approve-key-1",
    }  # fmt: skip
    assert (await quality.post("/suppliers/S001/materials/M-MB-25", data={**signed, "state": "x"})).status_code == 422
    assert (await quality.post("/suppliers/S001/materials/M-MB-25", data=signed)).status_code == 303
    assert "审核报告 1" in (await quality.get("/suppliers/S001")).text
    assert (await quality.post("/suppliers/S001/credentials/1/withdraw", data={"reason": "已注销"})).status_code == 303
    rule = {"category": "label", "types": "business_licence"}
    assert (await quality.post("/credential-rules", data=rule)).status_code == 303
    assert (await buyer.post("/credential-rules", data=rule)).status_code == 409


async def test_a_specification_is_written_over_http(people: People, client_as: ClientAs) -> None:
    quality = await client_as(people.quality)
    given = {"code": "M-EL-1", "name_zh": "耳带", "category": "ear_loop", "unit": "kg"}
    assert (await quality.post("/materials", data={**given, "code": "m el"})).status_code == 422
    assert (await quality.post("/materials", data=given)).status_code == 303
    drafted = await quality.post("/materials/M-EL-1/specifications", data={"key": "draft-key-1"})
    url = drafted.headers["location"]
    test = {
        "code": "DIAM", "name_zh": "直径", "name_en": "Diameter", "kind": "variable", "limit": "2.6～2.9", "unit": "mm",
        "specimens": "5", "rule": "mean", "evidence": "own", "required": "true",
    }  # fmt: skip
    wrong = await quality.post(f"{url}/tests", data={**test, "limit": "about 3"})
    assert wrong.status_code == 422
    assert "about 3" in wrong.text
    assert (await quality.post(f"{url}/tests", data=test)).status_code == 303
    assert (await quality.post(f"{url}/remove", data={"code": "BIOBURDEN"})).status_code == 303
    assert (await quality.post(f"{url}/sampling", data={"level": "II", "aql": "2.5"})).status_code == 303
    assert (await quality.get(f"{url}/test?test=NONE")).status_code == 404
    page = (await quality.get(url)).text
    assert "2.6 – 2.9" in page
    assert 'data-opens="approve"' not in page
    second = await client_as(people.quality2)
    page = (await second.get(url)).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    signed = {"username": "quality2", "password": PASSWORD, "digest": digest, "key": "approve-key-2"}
    assert (await second.post(f"{url}/approve", data=signed)).status_code == 303
    assert 'data-opens="approve"' not in (await second.get(url)).text
