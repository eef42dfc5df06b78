"""The administrator's pages: each request once, nothing handed over twice, nobody's work turned round by another's."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest

from maskqms.accounts.actions.people import create_account, set_roles
from maskqms.accounts.actions.signin import sign_in
from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import Meaning, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.materials.states import CredentialType
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import materials as make
from tests.make.accounts import working_badge

SECRET = re.compile(r'class="h2 code">([^<]+)<')
NEW = {"username": "chen", "name": "陈新", "roles": "operator", "key": "person-key-1"}


def codes(refused: Refused) -> set[str]:
    return {reason.code for reason in refused.reasons}


async def test_a_new_person_is_made_once_and_the_password_is_shown_once(people: People, client_as: ClientAs) -> None:
    admin = await client_as(people.admin)
    first = await admin.post("/people/new", data=NEW)
    assert first.status_code == 200
    (password,) = SECRET.findall(first.text)
    again = await admin.post("/people/new", data=NEW)
    assert again.status_code == 200
    assert SECRET.findall(again.text) == []
    assert "同一请求" in again.text
    assert (await sign_in("chen", password, address="x", request_id=None)).must_change
    refused = await admin.post("/people/new", data=NEW | {"key": "person-key-2"})
    assert refused.status_code == 409
    assert "陈新" in refused.text
    assert 'hx-post="/people/new"' not in first.text


async def test_a_secret_is_kept_nowhere(people: People, client_as: ClientAs) -> None:
    """An answer that is kept for a repeat would lie in the database for whoever reads it."""
    admin = await client_as(people.admin)
    given = SECRET.findall((await admin.post("/people/new", data=NEW)).text)
    given += SECRET.findall((await admin.post("/people/operator/reset", data={"key": "reset-key-1"})).text)
    given += SECRET.findall((await admin.post("/people/operator/badge", data={"key": "badge-key-1"})).text)
    assert len(given) == 3
    kept = await sql.fetch_value("SELECT string_agg(answer::text, ' ') FROM act_reply")
    trail = await sql.fetch_value("SELECT string_agg(coalesce(after::text, ''), ' ') FROM audit_entry")
    assert kept
    assert not [secret for secret in given if secret in kept + trail]


async def test_a_password_is_reset_once_however_often_the_request_comes(people: People, client_as: ClientAs) -> None:
    admin = await client_as(people.admin)
    first = await admin.post("/people/operator/reset", data={"key": "reset-key-1"})
    (password,) = SECRET.findall(first.text)
    await admin.post("/people/operator/reset", data={"key": "reset-key-1"})
    assert (await sign_in("operator", password, address="x", request_id=None)).must_change
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'account:reset'") == 1


async def test_closing_says_closed_and_reopening_is_an_act_of_its_own(people: People, client_as: ClientAs) -> None:
    admin = await client_as(people.admin)
    address, close = "/people/operator/active", {"active": "false", "reason": "离职", "key": "close-key-1"}
    assert 'name="active" value="false"' in (await admin.get("/people/operator")).text
    assert (await admin.post(address, data=close)).status_code == 303
    assert (await admin.post(address, data=close)).status_code == 303
    assert not (await account_named("operator")).active
    other = await admin.post(address, data=close | {"key": "close-key-2"})  # another administrator, from an old page
    assert other.status_code == 409
    assert not (await account_named("operator")).active
    opened = {"active": "true", "reason": "返聘", "key": "open-key-1"}
    assert (await admin.post(address, data=opened | {"reason": "", "key": "open-key-0"})).status_code == 409
    assert (await admin.post(address, data=opened)).status_code == 303
    tags = "SELECT tag FROM audit_entry WHERE kind = 'act' AND subject = 'operator' AND tag ~ '^account:' ORDER BY id"
    rows = [row["tag"] for row in await sql.fetch(tags)]
    assert rows[-2:] == ["account:deactivate", "account:reactivate"]
    assert "账户已重新启用" in (await admin.get("/history/operator")).text
    missing = await admin.post(address, data={"reason": "x", "key": "close-key-3"})
    assert missing.status_code == 422


async def test_roles_are_changed_once(people: People, client_as: ClientAs) -> None:
    admin = await client_as(people.admin)
    form = {"roles": ["inspector"], "reason": "转岗", "key": "roles-key-1"}
    for _time in range(2):
        assert (await admin.post("/people/operator/roles", data=form)).status_code == 303
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'account:roles'") == 1
    assert (await admin.post("/people/operator/roles", data=form | {"roles": []})).status_code == 303


@pytest.mark.parametrize("path", ["new", "operator/roles", "operator/reset", "operator/active", "operator/badge"])
async def test_only_administrators_do_it(people: People, client_as: ClientAs, path: str) -> None:
    quality = await client_as(people.quality)
    assert (await quality.post(f"/people/{path}", data={"key": "some-key-1"})).status_code == 403


async def test_one_name_given_to_two_at_once_is_a_refusal_for_one(people: People) -> None:
    def one() -> object:
        return create_account(
            username="chen", name="陈", roles=[Role.OPERATOR], password="long enough 2026", actor=people.admin
        )

    ends = await asyncio.gather(*(one() for _time in range(4)), return_exceptions=True)  # type: ignore[call-overload]
    refused = [end for end in ends if isinstance(end, Refused)]
    assert len(refused) == 3
    assert all(codes(end) == {"account.taken"} for end in refused)


async def test_what_cannot_be_a_user_name_does_not_stand_in_the_trail(people: People, client_as: ClientAs) -> None:
    """Somebody typed the password where the name belongs."""
    stranger = await client_as(None)
    for _try in range(7):
        answer = await stranger.post("/sign-in", data={"username": PASSWORD, "password": "x"})
        assert "用户名或密码" in answer.text
    rows = await sql.fetch("SELECT subject, name, after::text AS after FROM audit_entry WHERE tag = 'session:fail'")
    assert len(rows) == 7
    assert not [row for row in rows if PASSWORD in f"{row['subject']} {row['name']} {row['after']}"]
    await stranger.post("/sign-in", data={"username": "nobody", "password": "x"})
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE subject = 'nobody'") == 1


async def test_a_request_number_says_nothing(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.operator)
    for given in ("0b7a6c1e-6d0c-4a0e-9a3f-0c9a4f6f2b11", "00c0ffee" * 8):
        assert (await client.get("/", headers={"x-request-id": given})).headers["x-request-id"] == given
    for given in ("my-password-2026", "x" * 16, "0" * 65, "short12", "abc-"):
        assert (await client.get("/", headers={"x-request-id": given})).headers["x-request-id"] != given


async def test_who_lost_a_role_since_the_password_was_asked_signs_nothing(people: People) -> None:
    """Every rule was asked of the roles at the request's start."""
    signer = await people.signer("quality")
    await set_roles(
        username="quality",
        roles=[Role.OPERATOR],
        heads_production=False,
        heads_quality=False,
        reason="moved",
        actor=people.admin,
    )
    with pytest.raises(Refused) as refused:
        async with act(Tag.CLOCK_JOB, actor=signer.actor):
            await sign(signer, Meaning.RELEASED, subject="MB-1", content={})
    assert codes(refused.value) == {"signature.account-changed"}


async def test_a_change_of_roles_waits_for_a_signature_that_is_being_written(people: People) -> None:
    signer = await people.signer("quality")
    signed, finish = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with act(Tag.CLOCK_JOB, actor=signer.actor) as this:
            await sign(signer, Meaning.RELEASED, subject="MB-1", content={})
            await this.record(subject="MB-1")
            signed.set()
            await finish.wait()

    async def demote() -> None:
        await set_roles(
            username="quality",
            roles=[Role.OPERATOR],
            heads_production=False,
            heads_quality=False,
            reason="moved",
            actor=people.admin,
        )

    signing = asyncio.create_task(slowly())
    await signed.wait()
    changing = asyncio.create_task(demote())
    _done, waiting = await asyncio.wait([changing], timeout=0.3)
    assert waiting == {changing}
    finish.set()
    await asyncio.gather(signing, changing)
    order = [row["tag"] for row in await sql.fetch("SELECT tag FROM audit_entry WHERE kind = 'act' ORDER BY id")]
    assert order.index("clock:job") < order.index("account:roles")


async def test_a_lock_is_told_to_quality_and_administrators_for_a_week(people: People, client_as: ClientAs) -> None:
    stranger = await client_as(None)
    for _try in range(5):
        await stranger.post("/sign-in", data={"username": "warehouse", "password": "x"})
    for name in ("quality", "admin"):
        client = await client_as(getattr(people, name))
        page = (await client.get("/")).text
        assert "因密码错误锁定的账户" in page
        assert 'href="/history/warehouse"' in page
        assert (await client.get("/history/warehouse")).status_code == 200
    assert "因密码错误锁定的账户" not in (await (await client_as(people.operator)).get("/")).text
    tablet = await client_as(None)
    badge = await working_badge(people)
    for _try in range(5):
        await tablet.post("/station/sign-in", data={"badge": badge.code, "pin": "999888"})
    assert 'href="/history/operator"' in (await (await client_as(people.quality)).get("/")).text


async def test_today_asks_for_the_factorys_day(people: People, client_as: ClientAs, clock: Clock) -> None:
    """From midnight till eight the server's calendar still says yesterday."""
    await clock.set("2026-11-22T02:00+08:00")
    supplier = await make.supplier(people, papers=())
    await make.credential(people, supplier.code, CredentialType.BUSINESS_LICENCE, valid_until=date(2027, 2, 20))
    client = await client_as(people.quality)
    assert "business_licence-1" in (await client.get("/")).text
    await clock.set("2026-11-21T23:00+08:00")
    assert "business_licence-1" not in (await client.get("/")).text
