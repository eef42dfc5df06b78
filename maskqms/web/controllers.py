"""Addresses that belong to no feature: language, search box, health, figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response, Router, get, post
from litestar.params import FromQuery

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.i18n import LOCALES
from maskqms.web.locale import actor_of, language_cookie
from maskqms.web.metrics import exposition
from maskqms.web.pages import is_local, redirect
from maskqms.web.scan import read_scan

RememberLanguage = Callable[[Actor, str], Awaitable[None]]


@get("/c", include_in_schema=False)
async def open_code(code: FromQuery[str] = "") -> Response[None]:
    """The search box: whatever was typed or scanned, cleaned, at its own address."""
    text = read_scan(code).text
    return redirect(f"/c/{quote(text, safe='')}" if text else "/")


@get("/healthz", media_type=MediaType.JSON, opt={"public": True}, include_in_schema=False)
async def healthz() -> Response[dict[str, str]]:
    """Healthy when the database answers; a failure is the 503 that a supervisor waits for."""
    try:
        await sql.fetch_value("SELECT 1")
    except (OSError, TimeoutError, RuntimeError, ValueError):
        return Response({"database": "unreachable"}, status_code=503)
    return Response({"database": "ok"})


@get("/metrics", media_type=MediaType.TEXT, opt={"public": True}, include_in_schema=False)
async def metrics() -> Response[bytes]:
    body, kind = exposition()
    return Response(body, media_type=kind)


def web_router(remember_language: RememberLanguage | None = None) -> Router:
    """The routes of this package; `remember_language` stores the choice with the account."""

    @post("/language", opt={"public": True}, status_code=303, include_in_schema=False)
    async def language(request: Request[Any, Any, Any]) -> Response[None]:
        posted = await request.form()
        chosen, back = str(posted.get("language", "")), str(posted.get("next", "/"))
        answer = redirect(back if is_local(back) else "/")
        if chosen in LOCALES:
            answer.cookies.append(language_cookie(chosen))
            person = actor_of(request)
            if person and remember_language:
                await remember_language(person, chosen)
        return answer

    return Router(path="/", route_handlers=[open_code, healthz, metrics, language])
