"""Whose language a page speaks: the browser's choice, else the person's, else the factory's. Chinese first (R127)."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from maskqms.actor import Actor
from maskqms.i18n import LOCALES
from maskqms.settings import settings

LANGUAGE_COOKIE = "maskqms_language"
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
NAMES = {"zh": "中文", "en": "English"}


def actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """The person behind a request, or nobody; also where no session was looked at, as for an unknown address."""
    user = connection.scope.get("user")
    return user if isinstance(user, Actor) else None


def choose_locale(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    chosen = connection.cookies.get(LANGUAGE_COOKIE)
    if chosen in LOCALES:
        return chosen
    person = actor_of(connection)
    return person.locale if person else settings().language


def language_cookie(locale: str) -> Cookie:
    """Remembers the choice in this browser for a year; shared tablets keep the line's language that way."""
    return Cookie(
        key=LANGUAGE_COOKIE,
        value=locale,
        max_age=31_536_000,
        path="/",
        samesite="lax",
        httponly=True,
        secure=settings().secure_cookies,
    )
