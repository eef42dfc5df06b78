"""One place says no: a page to a browser, a card to htmx, JSON to a program; never a stack trace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.plugins.htmx import HTMXPlugin

from maskqms.errors import Forbidden, NotFound, Reason, Refused, Stale
from maskqms.i18n import _
from maskqms.web.errors import exception_handlers
from maskqms.web.locale import LANGUAGE_COOKIE
from maskqms.web.requests import note_answer, number_requests
from maskqms.web.security import protect
from maskqms.web.templates import template_config
from tests.web.gallery import Gallery

HTMX = {"HX-Request": "true"}


def raising(path: str, fault: Exception) -> Any:
    @get(path, name=path)
    async def fail() -> None:
        raise fault

    return fail


REASON = Reason("lot.expired", _("Unknown code"), _("Choose a file."))
APP = Litestar(
    [
        raising("/refused", Refused(_("Not ready"), [REASON])),
        raising("/api/refused", Refused(_("Not ready"), [REASON])),
        raising("/stale", Stale()),
        raising("/forbidden", Forbidden(_("Not allowed"), [REASON])),
        raising("/missing", NotFound("<b>X-9")),
        raising("/api/missing", NotFound("X-9")),
        raising("/crash", RuntimeError("secret words")),
        raising("/api/crash", RuntimeError("secret words")),
    ],
    template_config=template_config(),
    plugins=[HTMXPlugin()],
    middleware=[number_requests],
    before_send=[protect, note_answer],
    exception_handlers=exception_handlers(),
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=APP, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies={LANGUAGE_COOKIE: "en"}) as opened:
        yield opened


@pytest.mark.parametrize(("path", "status"), [("/refused", 409), ("/stale", 409), ("/forbidden", 403)])
async def test_a_refusal_is_a_whole_page_for_a_browser(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert "<html" in answer.text
    assert "data-reason=" in answer.text


async def test_a_refusal_is_a_card_for_htmx(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused", headers=HTMX)
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert 'data-answer="refused"' in answer.text
    assert 'data-reason="lot.expired"' in answer.text


async def test_a_refusal_is_json_for_a_program(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/refused")
    assert answer.status_code == 409
    assert answer.json() == {"refused": [{"code": "lot.expired", "text": "Unknown code", "path": []}]}
    assert (await client.get("/refused", headers={"Accept": "application/json"})).json() == answer.json()


async def test_an_unknown_code_is_the_third_answer_of_a_scan_and_escaped(client: httpx.AsyncClient) -> None:
    answer = await client.get("/missing", headers=HTMX)
    assert answer.status_code == 404
    assert 'data-answer="unknown"' in answer.text
    assert "&lt;b&gt;X-9" in answer.text
    assert (await client.get("/api/missing")).json() == {"not_found": "X-9"}


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_our_own_fault_shows_a_number_and_nothing_else(client: httpx.AsyncClient, headers: Any) -> None:
    answer = await client.get("/crash", headers=headers)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "secret words" not in answer.text
    assert "secret words" not in (await client.get("/api/crash")).text


async def test_an_unknown_address_is_a_page_with_every_header(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no page under this address." in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_number_from_a_proxy_is_kept_unless_it_is_odd(client: httpx.AsyncClient) -> None:
    given = await client.get("/refused", headers={"X-Request-ID": "abc-12345678"})
    assert given.headers["x-request-id"] == "abc-12345678"
    odd = await client.get("/refused", headers={"X-Request-ID": "a b<script>"})
    assert len(odd.headers["x-request-id"]) == 16


@pytest.fixture
async def sample(gallery: Gallery) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=gallery.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as opened:
        await opened.get("/empty")
        opened.headers["x-csrftoken"] = opened.cookies["maskqms_csrf"]
        yield opened


async def test_a_post_without_the_token_is_told_that_the_page_is_old(sample: httpx.AsyncClient) -> None:
    del sample.headers["x-csrftoken"]
    answer = await sample.post("/form", data={})
    assert answer.status_code == 403
    assert "页面已过期" in answer.text


async def test_a_redirect_is_303_for_a_browser_and_a_header_for_htmx(sample: httpx.AsyncClient) -> None:
    form = {"material": "M", "supplier_lot": "B", "quantity": "1", "made_on": "2026-11-20", "purpose": "a"}
    plain = await sample.post("/form", data=form)
    assert (plain.status_code, plain.headers["location"]) == (303, "/record")
    quick = await sample.post("/form", data=form, headers=HTMX)
    assert (quick.status_code, quick.headers["hx-redirect"]) == (200, "/record")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
async def test_nobody_is_sent_elsewhere(sample: httpx.AsyncClient, elsewhere: str) -> None:
    answer = await sample.post("/language", data={"language": "en", "next": elsewhere})
    assert answer.headers["location"] == "/"
    assert answer.cookies[LANGUAGE_COOKIE] == "en"


async def test_the_search_box_cleans_the_code(sample: httpx.AsyncClient) -> None:
    answer = await sample.get("/c", params={"code": " ＭＬ-1/A "})
    assert answer.headers["location"] == "/c/ML-1%2FA"
    assert (await sample.get("/c", params={"code": " "})).headers["location"] == "/"


async def test_built_files_may_be_kept_for_ever(sample: httpx.AsyncClient) -> None:
    page = (await sample.get("/empty")).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await sample.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert (await sample.get("/static/0/none.css")).headers["cache-control"] == "no-store"


async def test_figures_count_requests_by_route(sample: httpx.AsyncClient) -> None:
    await sample.get("/empty")
    answer = await sample.get("/metrics")
    assert 'maskqms_requests_total{method="GET",route="/empty",status="200"}' in answer.text
    assert "maskqms_request_seconds_bucket" in answer.text
