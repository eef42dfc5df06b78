"""A badge opens a tablet for its owner and for nobody else, and only while a password would (R16, R25, R26)."""

from __future__ import annotations

import re

import asyncpg
import httpx
import pytest

from maskqms.accounts.actions.badges import issue_badge, set_pin
from maskqms.accounts.actions.people import reset_password
from maskqms.accounts.queries import badges
from maskqms.accounts.signing import reauthenticate
from maskqms.db import sql
from maskqms.errors import NotFound, Refused
from maskqms.settings import settings
from tests.conftest import PASSWORD, ClientAs, People
from tests.make.accounts import PIN, working_badge


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def scan(client: httpx.AsyncClient, code: str, pin: str = PIN) -> httpx.Response:
    return await client.post("/station/sign-in", data={"badge": code, "pin": pin})


def code_in(page: str) -> str:
    found = re.search(r'class="h2 code">([0-9A-F]{20})<', page)
    assert found
    return found.group(1)


async def test_an_administrator_issues_a_badge_that_opens_nothing_until_its_owner_sets_the_pin(
    people: People, client_as: ClientAs
) -> None:
    admin = await client_as(people.admin)
    form = {"key": "badge-key-1", "pin": PIN}
    page = await admin.post("/people/operator/badge", data=form)
    code = code_in(page.text)
    assert 'name="pin"' not in page.text
    again = await admin.post("/people/operator/badge", data=form)
    assert code not in again.text
    assert "同一请求" in again.text
    (badge,) = await badges()
    tablet = await client_as(None)
    for pin in (PIN, "", "000000"):
        answer = await scan(tablet, code, pin or "1")
        assert answer.status_code == 409
        assert "尚未设置 PIN" in answer.text
    assert (await admin.post(f"/account/badges/{badge.number}/pin", data=_pin())).status_code == 404

    operator = await client_as(people.operator)
    assert badge.number in (await operator.get("/account")).text
    address = f"/account/badges/{badge.number}/pin"
    assert (await operator.post(address, data=_pin(pin_again="111222"))).status_code == 422
    assert (await operator.post(address, data=_pin(password="not mine at all"))).status_code == 409
    assert (await operator.post(address, data=_pin(pin="111111", pin_again="111111"))).status_code == 409
    assert (await scan(tablet, code)).status_code == 409
    done = await operator.post(address, data=_pin())
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert (await scan(tablet, code)).headers["location"] == "/station"
    assert (await scan(await client_as(None), code, "274614")).status_code == 409


def _pin(**changes: str) -> dict[str, str]:
    return {"pin": PIN, "pin_again": PIN, "password": PASSWORD, **changes}


async def test_another_pin_ends_the_tablets_that_the_first_opened(people: People, client_as: ClientAs) -> None:
    badge = await working_badge(people)
    tablet, desk = await client_as(None), await client_as(people.operator)
    await scan(tablet, badge.code)
    assert (await tablet.get("/station")).status_code == 200
    await desk.post(f"/account/badges/{badge.number}/pin", data=_pin(pin="935172", pin_again="935172"))
    assert (await tablet.get("/station")).status_code != 200
    assert (await desk.get("/account")).status_code == 200
    assert (await scan(tablet, badge.code)).status_code == 409
    assert (await scan(tablet, badge.code, "935172")).status_code == 303


async def test_wrong_passwords_at_the_pin_lock_the_account(people: People) -> None:
    badge = await issue_badge(username="operator", actor=people.admin)
    for _try in range(settings().lockout_after):
        with pytest.raises(Refused):
            await set_pin(number=badge.number, pin=PIN, password="wrong password", actor=people.operator)
    with pytest.raises(Refused) as refused:
        await set_pin(number=badge.number, pin=PIN, password=PASSWORD, actor=people.operator)
    assert codes(refused) == {"account.locked"}


async def test_nobody_sets_the_pin_of_anothers_or_of_a_revoked_badge(people: People, client_as: ClientAs) -> None:
    badge = await issue_badge(username="operator", actor=people.admin)
    with pytest.raises(NotFound):
        await set_pin(number=badge.number, pin=PIN, password=PASSWORD, actor=people.inspector)
    quality = await client_as(people.quality)
    await quality.post(f"/badges/{badge.number}/revoke", data={"reason": "verloren", "key": "revoke-key"})
    with pytest.raises(NotFound):
        await set_pin(number=badge.number, pin=PIN, password=PASSWORD, actor=people.operator)


async def test_a_badge_is_no_way_around_a_password_that_is_due(
    people: People, client_as: ClientAs, owner: asyncpg.Connection
) -> None:
    badge = await working_badge(people)
    tablet = await client_as(None)
    old = "UPDATE account SET password_set_at = now() - make_interval(days => $1) WHERE username = 'operator'"
    await owner.execute(old, settings().password_days + 1)
    answer = await scan(tablet, badge.code)
    assert answer.status_code == 409
    assert "请到电脑前用密码登录并修改密码" in answer.text
    with pytest.raises(Refused) as refused:
        await reauthenticate(people.operator, username="operator", password=PASSWORD)
    assert codes(refused) == {"signature.password-old"}
    with pytest.raises(Refused) as refused:
        await set_pin(number=badge.number, pin=PIN, password=PASSWORD, actor=people.operator)
    assert codes(refused) == {"badge.password-due"}
    await owner.execute(old, settings().password_days - 1)
    assert (await scan(tablet, badge.code)).status_code == 303
    await reset_password(username="operator", actor=people.admin)
    assert (await scan(tablet, badge.code)).status_code == 409


async def test_an_administrator_has_no_badge(people: People, client_as: ClientAs, owner: asyncpg.Connection) -> None:
    with pytest.raises(Refused) as refused:
        await issue_badge(username="admin", actor=people.admin)
    assert codes(refused) == {"badge.administrator"}
    badge = await working_badge(people)
    await owner.execute("UPDATE account SET roles = '{administrator}' WHERE username = 'operator'")
    answer = await scan(await client_as(None), badge.code)
    assert answer.status_code == 409
    assert "管理员不使用工牌登录" in answer.text


@pytest.mark.parametrize("name", ["admin", "quality", "manager"])
async def test_who_may_revoke_finds_the_badge_gives_a_reason_and_comes_back(
    people: People, client_as: ClientAs, name: str
) -> None:
    badge = await working_badge(people)
    client = await client_as(getattr(people, name))
    assert 'href="/badges"' in (await client.get("/")).text
    page = await client.get("/badges")
    assert f"/badges/{badge.number}/revoke" in page.text
    address = f"/badges/{badge.number}/revoke"
    assert (await client.post(address, data={"reason": " ", "key": "revoke-key"})).status_code == 409
    done = await client.post(address, data={"reason": "在车间遗失", "key": "revoke-key"})
    assert done.status_code == 303
    assert (await client.get(done.headers["location"])).status_code == 200
    assert (await client.post(address, data={"reason": "在车间遗失", "key": "revoke-key"})).status_code == 303
    assert await sql.fetch_value("SELECT reason FROM audit_entry WHERE tag = 'badge:revoke' AND kind = 'act'") == (
        "在车间遗失"
    )
    assert (await scan(await client_as(None), badge.code)).status_code == 409


@pytest.mark.parametrize("name", ["operator", "warehouse", "regulator"])
async def test_others_do_not_see_the_badges(people: People, client_as: ClientAs, name: str) -> None:
    badge = await working_badge(people)
    client = await client_as(getattr(people, name))
    assert 'href="/badges"' not in (await client.get("/")).text
    assert (await client.get("/badges")).status_code == 403
    refused = await client.post(f"/badges/{badge.number}/revoke", data={"reason": "x", "key": "revoke-key"})
    assert refused.status_code == 403
