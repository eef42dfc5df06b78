"""Every request has a number, and one line in the log when it ends.

The number goes into audit entries, error pages and the answer's `X-Request-ID`, so a person, the log and the audit
trail speak of the same thing. Log lines are JSON on stderr; passwords and codes never stand in them.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from maskqms.actor import Actor
from maskqms.web.metrics import measure

_ACCEPTABLE = re.compile(r"\A(?=.{8,64}\Z)[0-9a-fA-F]+(?:-[0-9a-fA-F]+)*\Z")
"""A hexadecimal number or a UUID, at most 64 characters: nothing that says anything, for it goes into the trail."""
QUIET = ("/static/", "/healthz", "/metrics")
log = structlog.get_logger("maskqms.access")


def configure_logging(level: int = logging.INFO) -> None:
    """JSON lines on stderr, for structlog and for what libraries say through `logging`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def request_id_of(scope: Scope) -> str:
    """The request's number; given on first asking, or taken from a proxy that gave one."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        given = next((v.decode("latin-1") for k, v in scope.get("headers", []) if k == b"x-request-id"), "")
        state["request_id"] = given if _ACCEPTABLE.match(given) else secrets.token_hex(8)
        state["request_started"] = time.perf_counter()
    return str(state["request_id"])


def number_requests(app: ASGIApp) -> ASGIApp:
    """Middleware: gives the number before anything else runs and binds it to every log line of the request."""

    async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(request=request_id_of(scope))
        await app(scope, receive, send)

    return numbered


async def note_answer(message: Message, scope: Scope) -> None:
    """Hook before sending: puts the number on the answer, measures it and writes the access line."""
    if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
        return
    number = request_id_of(scope)
    took = time.perf_counter() - scope["state"]["request_started"]
    MutableScopeHeaders.from_message(message)["X-Request-ID"] = number
    route = str(scope.get("path_template") or "unknown")
    measure(scope["method"], route, message["status"], took)
    if scope["path"].startswith(QUIET):
        return
    user = scope.get("user")
    log.info(
        "request",
        request=number,
        method=scope["method"],
        path=scope["path"],
        status=message["status"],
        ms=round(took * 1000, 1),
        person=user.username if isinstance(user, Actor) else None,
        client=(scope.get("client") or ("", 0))[0],
    )
