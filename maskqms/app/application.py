"""The Litestar application: every package's routes, one guard over all, one place that says no."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Response, Router
from litestar.connection import Request
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp
from litestar_htmx import HTMXPlugin, HTMXRequest

from maskqms import __version__
from maskqms.accounts.actions.people import set_locale as remember_locale
from maskqms.accounts.guards import PasswordIsDue, signed_in
from maskqms.accounts.middleware import SessionMiddleware
from maskqms.actor import Actor
from maskqms.app.background import background
from maskqms.app.packages import modules
from maskqms.db.engine import configure, start_pool, stop_pool
from maskqms.errors import NotFound
from maskqms.settings import keep_file, settings
from maskqms.web.assets import static_router
from maskqms.web.controllers import web_router
from maskqms.web.errors import exception_handlers
from maskqms.web.pages import redirect
from maskqms.web.requests import configure_logging, note_answer, number_requests
from maskqms.web.security import csrf_config, protect
from maskqms.web.templates import template_config


def routers() -> list[Router]:
    """The `router` of every package that has pages."""
    return [module.router for module in modules("controllers") if hasattr(module, "router")]


def csrf_secret() -> str:
    """A secret that all workers share: a file in the data folder, made at first use with mode 0600."""
    path = settings().secret_file or settings().data / "secret"
    return keep_file(path, secrets.token_hex(32).encode()).decode().strip()


async def provide_actor(request: Request) -> Actor:  # type: ignore[type-arg]
    """The person behind the request; only routes that the guard let through ask."""
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        raise NotFound("actor")
    return actor


async def _remember_language(actor: Actor, locale: str) -> None:
    await remember_locale(locale=locale, actor=actor)


def _password_is_due(_request: Request, _error: PasswordIsDue) -> Response[None]:  # type: ignore[type-arg]
    return redirect("/password")


@asynccontextmanager
async def _database(_app: Litestar) -> AsyncIterator[None]:
    """The pool and the background worker of this process; a failure to connect ends the start."""
    url = settings().database_url
    if url is None:
        raise RuntimeError("maskqms serve sets MASKQMS_DATABASE_URL for its workers")
    configure_logging()
    configure(url)
    await start_pool(settings().pool_size)
    try:
        async with background():
            yield
    finally:
        await stop_pool()


def behind_proxy(app: Litestar) -> ASGIApp:
    """The application as the server runs it. Behind a proxy on this machine the address of a request is the one that
    the proxy names; else all tablets of a factory would share one allowance of tries to sign in."""
    return wrap_asgi_with_proxy_headers(app, trusted_hosts=["127.0.0.1", "::1"])  # type: ignore[no-any-return]


def served() -> ASGIApp:
    """What each worker runs."""
    return behind_proxy(create_app())


def create_app(*, manage_database: bool = True) -> Litestar:
    """The application; tests open the database themselves."""
    return Litestar(
        route_handlers=[static_router(), web_router(_remember_language), *routers()],
        guards=[signed_in],
        dependencies={"actor": Provide(provide_actor)},
        middleware=[
            number_requests,
            DefineMiddleware(SessionMiddleware, exclude=["^/static/", "^/healthz$", "^/metrics$"]),
        ],
        exception_handlers={**exception_handlers(), PasswordIsDue: _password_is_due},
        template_config=template_config(),
        csrf_config=csrf_config(csrf_secret()),
        before_send=[note_answer, protect],
        lifespan=[_database] if manage_database else [],
        openapi_config=OpenAPIConfig(
            title="maskqms", version=__version__, path="/schema", render_plugins=[JsonRenderPlugin()]
        ),
        logging_config=None,
        plugins=[HTMXPlugin()],
        request_class=HTMXRequest,
        request_max_body_size=64 * 1024 * 1024,
    )
