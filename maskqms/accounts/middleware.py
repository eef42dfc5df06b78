"""Puts the person behind a request into its scope; a missing or dead session leaves it empty, and the guard decides."""

from __future__ import annotations

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from maskqms.accounts.sessions import COOKIE, find_session
from maskqms.i18n import set_locale
from maskqms.settings import settings
from maskqms.web.locale import LANGUAGE_COOKIE
from maskqms.web.requests import request_id_of


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """One statement a request; static files and probes are excluded where it is installed."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:  # type: ignore[type-arg]
        token = connection.cookies.get(COOKIE)
        session = await find_session(token) if token else None
        chosen = connection.cookies.get(LANGUAGE_COOKIE)
        set_locale(chosen or (session.actor(None).locale if session else settings().language))
        if session is None:
            return AuthenticationResult(user=None, auth=None)
        request_id = request_id_of(connection.scope)
        return AuthenticationResult(user=session.actor(request_id), auth=session)
