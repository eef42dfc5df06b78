"""Granting and taking back the right to release, through the page that quality uses."""

from __future__ import annotations

import re
from datetime import date

import asyncpg
import httpx
import pytest

from maskqms.accounts.queries import authorisation_of, authorisations
from maskqms.accounts.rules import a_year_after
from maskqms.db import sql
from maskqms.db.clock import today
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make.products import make_product

SIGN = {"username": "quality", "password": PASSWORD}


async def granted(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    day = await today()
    form = {
        "person": "manager",
        "products": "P-01",
        "valid_from": day.isoformat(),
        "valid_until": a_year_after(day).isoformat(),
        "reason": "任命放行人",
        "key": "grant-key-1",
        **SIGN,
    }
    return await client.post("/authorisations", data=form | changes)


async def shown_digest(client: httpx.AsyncClient) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', (await client.get("/authorisations")).text)
    assert found
    return found.group(1)


async def test_quality_revokes_on_the_page_with_a_signature_and_a_reason(people: People, client_as: ClientAs) -> None:
    await make_product(people, "P-01")
    client = await client_as(people.quality)
    assert (await granted(client)).status_code == 303
    assert (await granted(client)).status_code == 303  # the same request again is the same grant
    (row,) = await authorisations()
    address, digest = f"/authorisations/{row.id}/revoke", await shown_digest(client)
    form = {**SIGN, "digest": digest, "reason": "调离岗位"}
    for wrong in ({"password": "wrong password"}, {"reason": " "}, {"digest": "0" * 64}):
        answer = await client.post(address, data=form | wrong | {"key": f"wrong-{next(iter(wrong))}"})
        assert answer.status_code == 409, wrong
    manager = people.manager.account_id or 0
    assert await authorisation_of(manager, "P-01", await today()) is not None
    assert (await client.post(address, data={**form, "key": "revoke-key"})).headers["location"] == "/authorisations"
    assert await authorisation_of(manager, "P-01", await today()) is None
    page = (await client.get("/authorisations")).text
    assert "已撤销" in page
    assert 'name="digest"' not in page
    refused = await client.post(address, data={**form, "key": "another-key"})
    assert refused.status_code == 409
    history = (await client.get("/history/manager")).text
    assert "调离岗位" in history
    assert "任命放行人" in history


async def test_every_refusal_of_a_revocation_stands_under_the_person(people: People, client_as: ClientAs) -> None:
    await make_product(people, "P-01")
    await granted(await client_as(people.quality))
    (row,) = await authorisations()
    digest = await shown_digest(await client_as(people.quality))
    inspector = await client_as(people.inspector)
    assert 'name="digest"' not in (await inspector.get("/authorisations")).text
    form = {"username": "inspector", "password": PASSWORD, "digest": digest, "reason": "x", "key": "revoke-key"}
    assert (await inspector.post(f"/authorisations/{row.id}/revoke", data=form)).status_code == 409
    refusal = await sql.fetch_one("SELECT subject FROM audit_entry WHERE kind = 'refusal'")
    assert refusal is not None
    assert refusal["subject"] == "manager"
    assert (await inspector.post("/authorisations/999/revoke", data=form)).status_code == 404


async def test_a_grant_says_why(people: People, client_as: ClientAs) -> None:
    await make_product(people, "P-01")
    client = await client_as(people.quality)
    assert (await granted(client, reason="")).status_code == 422
    assert await authorisations() == []
    await granted(client)
    entry = await sql.fetch_one("SELECT reason FROM audit_entry WHERE tag = 'authorisation:grant'")
    assert entry is not None
    assert entry["reason"] == "任命放行人"


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2028, 2, 29), date(2029, 2, 28)), (date(2027, 2, 28), date(2028, 2, 28))],
)
def test_a_year_after_a_leap_day_is_a_day(day: date, later: date) -> None:
    assert a_year_after(day) == later


async def test_the_page_opens_on_a_leap_day(
    people: People, client_as: ClientAs, clock: Clock, owner: asyncpg.Connection
) -> None:
    await clock.set("2028-02-29T09:00+08:00")
    await owner.execute("UPDATE account SET password_set_at = maskqms_now()")
    page = await (await client_as(people.quality)).get("/authorisations")
    assert page.status_code == 200
    assert "2029-02-28" in page.text
