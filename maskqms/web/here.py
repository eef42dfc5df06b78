"""What templates may know of the request they are rendered for: person, language, address and the CSRF token.

Held in a context variable while one template is rendered, so that macros know it without being handed it.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from litestar.connection import Request
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from maskqms.actor import Actor
from maskqms.web.locale import HTML_LANGUAGE, actor_of, choose_locale


@dataclass(frozen=True, slots=True)
class Here:
    actor: Actor | None
    locale: str
    path: str
    address: str
    csrf_token: str

    @property
    def language(self) -> str:
        return HTML_LANGUAGE[self.locale]


_here: ContextVar[Here] = ContextVar("maskqms_here")


def arrive(request: Request[Any, Any, Any]) -> Here:
    """Take down what templates may know; called once per rendering, before Jinja starts."""
    token = ScopeState.from_scope(request.scope).csrf_token
    query = request.scope["query_string"].decode("latin-1")
    here = Here(
        actor=actor_of(request),
        locale=choose_locale(request),
        path=request.url.path,
        address=request.url.path + (f"?{query}" if query else ""),
        csrf_token=token if isinstance(token, str) else "",
    )
    _here.set(here)
    return here


def here() -> Here:
    return _here.get()


class CsrfInput:
    """`{{ csrf_input }}` in a page or a macro: the hidden field with this request's token."""

    def __html__(self) -> str:
        return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(here().csrf_token)
