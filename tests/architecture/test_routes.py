"""Every address: closed unless it says otherwise, and nothing is written by looking."""

from __future__ import annotations

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from maskqms.accounts.guards import signed_in
from maskqms.app.application import create_app

PUBLIC = {
    "/sign-in", "/station/sign-in", "/healthz", "/metrics", "/language", "/static", "/api/v1/readings",
}  # fmt: skip
"""The short list of what a stranger may ask; the gateway's API asks for a token of its own."""


def handlers(app: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    return [
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and not route.path.startswith("/schema")
    ]


def test_the_application_denies_by_default_and_the_public_list_is_short() -> None:
    app = create_app(manage_database=False)
    assert signed_in in app.guards
    public = {path for path, handler in handlers(app) if handler.opt.get("public")}
    assert {"/static" if path.startswith("/static") else path for path in public} <= PUBLIC


def test_addresses_are_readable() -> None:
    for path, _handler in handlers(create_app(manage_database=False)):
        assert path == path.lower(), path
        assert "_" not in path.split("{")[0], path


def test_a_look_never_writes() -> None:
    for path, handler in handlers(create_app(manage_database=False)):
        if "GET" in handler.http_methods:
            assert not handler.http_methods & {"POST", "PUT", "PATCH", "DELETE"}, path
