"""What a browser is told to forbid, and how often one address may try.

Pages run only our own files: no inline script, no inline style, no frames, nothing from other hosts. Pages are never
kept by caches, built files for ever. The limit on tries is kept in each worker's memory: it slows guessing down, while
the lockout of an account, which is what stops it, is kept in the database by `accounts`.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard, Message, Scope

from maskqms.settings import settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the barcode reader is WebAssembly
        "style-src 'self'",
        "img-src 'self' data: blob:",  # Tabler draws its arrows and ticks as data:
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), serial=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CSRF_COOKIE = "maskqms_csrf"


async def protect(message: Message, scope: Scope) -> None:
    """Hook before sending: the headers above on every answer, also on errors no middleware sees."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if not scope["path"].startswith("/static/") or message["status"] >= 400:
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = "HX-Request, Cookie"
    if settings().secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def csrf_config(secret: str) -> CSRFConfig:
    """Double-submit token for every post; the API, which takes no cookies, opts out by `exclude_from_csrf`."""
    return CSRFConfig(
        secret=secret,
        cookie_name=CSRF_COOKIE,
        cookie_httponly=True,
        cookie_secure=settings().secure_cookies,
        cookie_samesite="lax",
    )


class Tries:
    """How often each address tried lately; old tries are forgotten, and so are addresses without any."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._tries: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, address: str, now: float) -> float:
        """Note a try; returns the seconds to wait, 0 when it may go on."""
        if len(self._tries) > 10_000:
            self._tries = defaultdict(deque, {a: t for a, t in self._tries.items() if t[-1] > now - self.seconds})
        tries = self._tries[address]
        while tries and tries[0] <= now - self.seconds:
            tries.popleft()
        if len(tries) >= self.most:
            return tries[0] + self.seconds - now
        tries.append(now)
        return 0


def at_most(tries: int, *, seconds: float = 60) -> Guard:
    """A guard for sign-in and the like: so many posts an address and minute, then 429 with Retry-After."""
    kept = Tries(tries, seconds)

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if connection.scope.get("method") != "POST":
            return
        address = connection.client.host if connection.client else ""
        if wait := kept.take(address, time.monotonic()):
            raise TooManyRequestsException(headers={"Retry-After": str(int(wait) + 1)})

    return guard
