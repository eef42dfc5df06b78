"""What a stranger, a proxy and an old cookie can do: nothing that they should not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from litestar import Litestar

from maskqms.accounts.sessions import COOKIE
from maskqms.app.application import behind_proxy, csrf_secret
from maskqms.db import sql
from maskqms.i18n import Text, _
from maskqms.settings import Settings, settings
from tests.conftest import PASSWORD, ClientAs, People


async def sign_in_from(app: Any, peer: str, **headers: str) -> str:
    """The address that the session keeps."""
    transport = httpx.ASGITransport(app=behind_proxy(app), client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        await client.get("/sign-in")
        token = {"x-csrftoken": client.cookies["maskqms_csrf"]}
        form = {"username": "quality", "password": PASSWORD}
        assert (await client.post("/sign-in", data=form, headers=token)).status_code == 303
    return str(await sql.fetch_value("SELECT address FROM session ORDER BY id DESC LIMIT 1"))


async def test_only_a_proxy_of_this_machine_may_say_where_a_request_comes_from(app: Litestar, people: People) -> None:
    assert await sign_in_from(app, "127.0.0.1", **{"x-forwarded-for": "10.0.0.7"}) == "10.0.0.7"
    assert await sign_in_from(app, "127.0.0.1") == "127.0.0.1"
    assert await sign_in_from(app, "10.9.9.9", **{"x-forwarded-for": "10.0.0.7"}) == "10.9.9.9"


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json", "/people", "/audit", "/", "/history/x"])
async def test_a_stranger_sees_no_page(client_as: ClientAs, people: People, path: str) -> None:
    stranger = await client_as(None)
    answer = await stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_a_stranger_sends_no_large_form(client_as: ClientAs, people: People) -> None:
    stranger = await client_as(None)
    answer = await stranger.post("/sign-in", data={"username": "x", "password": "y" * 100_000})
    assert answer.status_code == 413


async def test_the_token_of_a_form_is_asked_for_and_must_be_ours(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.admin)
    for token in ("", "x" * 64, "0" * 128):
        client.headers["x-csrftoken"] = token
        assert (await client.post("/people/operator/reset")).status_code == 403
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'account:reset'") == 0


async def test_signing_out_ends_the_session_on_the_server_too(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.quality)
    stolen = client.cookies[COOKIE]
    assert (await client.post("/sign-out")).status_code == 303
    client.cookies.set(COOKIE, stolen)
    assert (await client.get("/password")).status_code == 303
    assert await sql.fetch_value("SELECT count(*) FROM session") == 0


async def test_the_cookie_is_out_of_the_reach_of_scripts_and_of_other_sites(app: Any, people: People) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get("/sign-in")
        token = {"x-csrftoken": client.cookies["maskqms_csrf"]}
        answer = await client.post("/sign-in", data={"username": "quality", "password": PASSWORD}, headers=token)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE)).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    held = await sql.fetch_value("SELECT token_hash FROM session")
    assert held not in cookie, "the database keeps no token that would open anything"


async def test_a_password_that_was_set_by_somebody_else_is_changed_before_anything(
    client_as: ClientAs, people: People
) -> None:
    client = await client_as(people.quality)
    await sql.execute("UPDATE account SET must_change = true WHERE username = 'quality'")
    for path in ("/", "/people", "/audit"):
        assert (await client.get(path)).headers["location"] == "/password"
    assert (await client.get("/password")).status_code == 200


async def test_changing_a_password_keeps_this_session_and_ends_the_others(client_as: ClientAs, people: People) -> None:
    here, elsewhere = await client_as(people.quality), await client_as(people.quality)
    new = {"current": PASSWORD, "password": "Another-2026-word", "again": "Another-2026-word"}
    assert (await here.post("/password", data=new)).status_code == 303
    assert (await here.get("/password")).status_code == 200
    assert (await elsewhere.get("/password")).status_code == 303


def test_every_worker_has_the_same_secret() -> None:
    assert csrf_secret() == csrf_secret()
    assert len(csrf_secret()) == 64
    assert (settings().data / "secret").stat().st_mode & 0o777 == 0o600


def test_a_setting_that_cannot_be_meant_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MASKQMS_ZONE", "Asia/Nowhere"), ("MASKQMS_LANGUAGE", "fr"), ("MASKQMS_POOL_SIZE", "1")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(ValueError, match=name.removeprefix("MASKQMS_").lower()):
                Settings()


def test_facts_in_a_sentence_are_text_and_never_markup() -> None:
    shown = Text("{name}", {"name": """<b>'"&"""}).__html__()
    assert shown == "&lt;b&gt;&#x27;&quot;&amp;"
    assert str(_("{name}", name="{other}")) == "{other}"
