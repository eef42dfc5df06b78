"""Pages that are somebody's work: a guard shows or hides one. Whether an act may happen is asked again inside the act,
for every way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler

from maskqms.actor import Actor, Role
from maskqms.errors import Forbidden
from maskqms.i18n import _

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def requires(*roles: Role) -> Guard:
    """A page of somebody's work: one of the roles."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        actor = connection.scope.get("user")
        if not isinstance(actor, Actor):
            raise NotAuthorizedException
        if missing := actor.lacks(*roles):
            raise Forbidden(_("This page is not part of your work"), missing)

    return guard
