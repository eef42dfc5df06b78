"""Answers a controller gives: a rendered page or fragment, or the way to the next page.

A template sees its one page dataclass and nothing else of the handler; browsers without script and htmx get the same
addresses, and only the manner of the redirect differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request, Response
from litestar.response import Template
from litestar.response.base import ASGIResponse

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, set_locale
from maskqms.web.here import arrive
from maskqms.web.parts import Section


class Page(Template):
    """A template response that knows person, language, address and CSRF token of its request."""

    def create_template_context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        here = arrive(request)
        set_locale(here.locale)
        return {**self.context, "actor": here.actor, "locale": here.locale, "path": here.path}


CONTEXT_NAMES = frozenset({"page", "actor", "locale", "path"})
"""Everything a template may use besides the globals of `templates.py`; a test compares."""


def render(
    name: str,
    page: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    trigger: str | None = None,
) -> Template:
    """The template with its page dataclass; `trigger` fires an event in the browser that other parts listen to."""
    sent = dict(headers or {})
    if trigger:
        sent["HX-Trigger"] = trigger
    return Page(template_name=name, context={"page": page}, status_code=status, headers=sent, media_type="text/html")


class SeeOther(Response[None]):
    """303 for a browser; for htmx, which cannot see redirects, the header that makes it load the next page."""

    def __init__(self, to: str) -> None:
        super().__init__(content=None, status_code=303)
        self.to = to

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **facts: Any) -> ASGIResponse:
        if request.headers.get("hx-request") == "true":
            self.status_code = 200
            self.headers["HX-Redirect"] = self.to
        else:
            self.headers["Location"] = self.to
        return super().to_asgi_response(app, request, **facts)


def is_local(address: str) -> bool:
    """Whether an address stays inside this application: also a `next` that came from a form."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address


def redirect(to: str) -> Response[None]:
    """To another page of ours after a post; an address from outside goes to the first page instead."""
    return SeeOther(quote(to, safe="/?&=%#:+,;@!~*'()-._") if is_local(to) else "/")


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What waits, what is blocked and what expires, for one person."""

    greeting: Text
    now: Any
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """A refusal as a whole page or as a card; `answer` says which of the three answers of a scan it is."""

    what: Text
    reasons: Sequence[Reason]
    answer: str = "refused"
    request_id: str | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Something other than a rule said no: unknown address, expired form, our own fault."""

    status: int
    title: Text
    text: Text
    request_id: str | None = None
    link: Link | None = None
