"""Deny unless a route says otherwise: signed in by default, a role where the page is somebody's work."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler

from maskqms.actor import Actor

PASSWORD_PAGES = frozenset({"/password", "/sign-out", "/language"})


class PasswordIsDue(NotAuthorizedException):
    """The person must choose a new password before anything else."""


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of the whole application; a route is public only by `opt={"public": True}`."""
    if handler.opt.get("public"):
        return
    if not isinstance(connection.scope.get("user"), Actor):
        raise NotAuthorizedException
    session = connection.scope.get("auth")
    if session is not None and session.password_is_due and connection.url.path not in PASSWORD_PAGES:
        raise PasswordIsDue
