"""The pages of release through the real application: what is seen, signed, refused and downloaded."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from maskqms.db import sql
from maskqms.quality.actions import open_deviation
from tests.conftest import PASSWORD, ClientAs, People
from tests.make import release as make
from tests.make.batches import make_completed

pytestmark = pytest.mark.usefixtures("db")
HTMX = {"hx-request": "true"}


def digest_in(page: str, dialog: str) -> str:
    """What the dialog of the page will sign."""
    found = re.search(rf'<dialog id="{dialog}".*?name="digest" value="([0-9a-f]{{64}})"', page, re.DOTALL)
    assert found, f"no dialog {dialog}"
    return found.group(1)


def signed(username: str, digest: str, key: str, **fields: str) -> dict[str, str]:
    return {"username": username, "password": PASSWORD, "digest": digest, "key": key, **fields}


async def test_the_queue_shows_what_waits_and_costs_the_same_for_many(
    people: People, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = await make_completed(people, cartons=1)
    client = await client_as(people.quality)
    asked: list[str] = []
    fetch = sql.fetch

    async def counting(query: str, *args: object) -> list[object]:
        asked.append(query)
        return await fetch(query, *args)

    monkeypatch.setattr(sql, "fetch", counting)
    page = await client.get("/release")
    assert page.status_code == 200
    assert batch.code in page.text
    one = len(asked)
    await sql.execute("UPDATE trace_unit SET on_hand = 0 WHERE kind = 'roll'")
    other = await make_completed(people, "P-01", cartons=1)
    asked.clear()
    page = await client.get("/release")
    assert other.code in page.text
    assert len(asked) == one


async def test_the_page_shows_every_blocker_with_its_path(people: People, client_as: ClientAs) -> None:
    batch = await make_completed(people, cartons=1)
    await open_deviation(
        unit=f"ML-{batch.code}-R01", title="克重偏差", description="克重低于规格", actor=people.inspector
    )
    client = await client_as(people.quality)
    page = (await client.get(f"/batches/{batch.code}/release")).text
    for check in ("tests.complete", "quality.deviations", "quality.production_review"):
        assert f'data-check="{check}"' in page
    assert f'href="/units/ML-{batch.code}-R01"' in page
    assert '<dialog id="release"' not in page


async def test_from_the_last_review_to_the_certificate_through_the_pages(people: People, client_as: ClientAs) -> None:
    batch = await make_completed(people, cartons=2)
    await make.fill_limits(people, batch.code)
    await make.factory_tested(people, batch.code)
    await make.authorise(people)
    url = f"/batches/{batch.code}/release"

    manager = await client_as(people.manager)
    page = (await manager.get(url)).text
    digest = digest_in(page, "review-production")
    posted = signed("manager", digest, "key-production", part="production", remark="记录完整")
    assert (await manager.post(f"{url}/review", data=posted)).status_code == 303
    assert (await manager.post(f"{url}/review", data=posted)).status_code == 303, "a replay gets the first answer"
    assert await sql.fetch_value("SELECT count(*) FROM release_review") == 1

    quality = await client_as(people.quality)
    page = (await quality.get(url)).text
    posted = signed("quality", digest_in(page, "review-quality"), "key-quality-1", part="quality")
    wrong = {**posted, "password": "wrong-password"}
    refused = await quality.post(f"{url}/review", data=wrong, headers=HTMX)
    assert refused.status_code == 409
    assert (await quality.post(f"{url}/review", data=posted)).status_code == 303
    assert '<dialog id="release"' not in (await quality.get(url)).text, "not authorised"

    releaser = await client_as(people.quality2)
    page = (await releaser.get(url)).text
    posted = signed("quality2", digest_in(page, "release"), "key-release-1", markets="cn, de")
    stale = {**posted, "digest": "0" * 64, "key": "key-release-2"}
    assert (await releaser.post(f"{url}/sign", data=stale)).status_code == 409
    answer = await releaser.post(f"{url}/sign", data=posted, headers=HTMX)
    assert answer.headers["hx-redirect"] == url
    page = (await releaser.get(url)).text
    number = re.search(r"/certificates/(COC-\d{8}-\d{3})\.pdf", page)
    assert number
    pdf = await releaser.get(f"/certificates/{number.group(1)}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["x-content-sha256"] == sha256(pdf.content).hexdigest()
    assert await sql.fetch_value("SELECT markets FROM release_record") == ["CN", "DE"]
    assert (await releaser.get("/certificates/COC-1.pdf")).status_code == 404


async def test_the_button_to_release_is_there_for_nobody_else(people: People, client_as: ClientAs) -> None:
    batch = await make.ready(people)
    url = f"/batches/{batch.code}/release"
    for name in ("operator", "inspector", "quality", "manager", "regulator"):
        client = await client_as(getattr(people, name))
        page = (await client.get(url)).text
        assert '<dialog id="release"' not in page
        refused = await client.post(f"{url}/sign", data=signed(name, "0" * 64, f"key-of-{name}"))
        assert refused.status_code == 409
    assert await sql.fetch_value("SELECT count(*) FROM release_record") == 0


async def test_a_batch_is_rejected_with_its_reason(people: People, client_as: ClientAs) -> None:
    batch = await make_completed(people, cartons=1)
    client = await client_as(people.quality)
    url = f"/batches/{batch.code}/release"
    page = (await client.get(url)).text
    posted = signed("quality", digest_in(page, "reject"), "key-reject-1")
    assert (await client.post(f"{url}/reject", data=posted)).status_code == 422
    answer = await client.post(f"{url}/reject", data={**posted, "reason": "微生物超标"})
    assert answer.status_code == 303
    assert "微生物超标" in (await client.get(url)).text


async def test_the_factory_test_is_opened_from_the_page(people: People, client_as: ClientAs) -> None:
    batch = await make_completed(people, cartons=1)
    client = await client_as(people.inspector)
    answer = await client.post(f"/batches/{batch.code}/release/test", data={"key": "key-open-test"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/inspections/IN-")
    again = await client.post(f"/batches/{batch.code}/release/test", data={"key": "key-open-test-2"}, headers=HTMX)
    assert again.status_code == 409


async def test_a_limit_is_shown_and_signed_on_its_page(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.quality)
    url = "/release/limits?edition=YY%200469-2023"
    page = (await client.get(url)).text
    assert "BFE" in page
    assert 'type="password"' not in page, "a password is asked for only where it is shown what is signed"
    facts = {"edition": "YY 0469-2023", "test": "BFE", "limit": ">= 95", "clause": "5.6.1", "source": "标准文本"}
    wrong = await client.post("/release/limits/check", data={**facts, "limit": "", "key": "key-check-1"})
    assert wrong.status_code == 422
    checked = await client.post("/release/limits/check", data={**facts, "key": "key-check-2"})
    assert checked.status_code == 303
    assert await sql.fetch_value("SELECT count(*) FROM entered_limit") == 0
    page = (await client.get(checked.headers["location"])).text
    for said in facts.values():
        assert said.replace(">", "&gt;") in page.partition('<dialog id="sign-limit"')[2]
    posted = {**facts, **signed("quality", digest_in(page, "sign-limit"), "key-limit-1")}
    other = {**posted, "limit": ">= 96", "key": "key-limit-2"}
    stale = await client.post("/release/limits", data=other, headers=HTMX)
    assert stale.status_code == 409, "signed is what was shown"
    assert await sql.fetch_value("SELECT count(*) FROM entered_limit") == 0
    assert (await client.post("/release/limits", data=posted)).status_code == 303
    row = await sql.fetch_one(
        "SELECT l.limit_text, s.digest FROM entered_limit l JOIN signature s ON s.id = l.signature"
    )
    assert row["limit_text"] == ">= 95"
    assert row["digest"] == posted["digest"]
    looser = {**facts, "limit": ">= 90", "key": "key-check-3"}
    assert (await client.post("/release/limits/check", data=looser, headers=HTMX)).status_code == 409


async def test_unknown_batches_are_unknown(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.quality)
    assert (await client.get("/batches/MB-19990101-01/release")).status_code == 404
    stranger = await client_as(None)
    assert (await stranger.get("/release")).status_code in (303, 401, 302)
