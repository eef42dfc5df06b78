"""One place says no to browsers, htmx and programs.

A refusal is a card with every reason (409), a missing record the unknown card (404), a lacking role 403; our own fault
is 500 with the number under which the log holds it. htmx gets the card alone, a browser a page, the API JSON.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from maskqms.errors import Forbidden, Link, NotFound, Reason, Refused
from maskqms.i18n import Text, _, set_locale
from maskqms.web.locale import choose_locale
from maskqms.web.metrics import REFUSALS
from maskqms.web.pages import ErrorPage, RefusedPage, render
from maskqms.web.requests import request_id_of
from maskqms.web.scan import looks_like

SIGN_IN = "/sign-in"
STATION = "/station"
log = structlog.get_logger("maskqms.web")

TITLES: dict[int, tuple[Text, Text]] = {
    400: (_("Not understood"), _("The page sent something this address cannot read. Go back and try again.")),
    401: (_("Your session has ended"), _("Sign in again in a new window, then repeat here. What you typed is kept.")),
    403: (_("Not allowed"), _("Your roles do not include this page.")),
    404: (_("Nothing here"), _("There is no page under this address.")),
    405: (_("Not possible this way"), _("This address does not take that kind of request.")),
    413: (_("Too large"), _("The file is larger than this page takes.")),
    429: (_("Too many tries"), _("Wait a minute, then try again.")),
    503: (_("Not ready"), _("The database does not answer. Try again in a moment.")),
}
FORM_TOO_OLD = _("This form was open for too long or comes from another window. Load the page again and repeat.")
OUR_FAULT = (
    _("Something went wrong"),
    _("Look at the record before you repeat anything, and tell the administrator the number below."),
)


def exception_handlers() -> ExceptionHandlersMap:
    return {
        Refused: refused,
        NotFound: not_found,
        HTTPException: http_error,
        Exception: crashed,
    }


def wants_json(request: Request[Any, Any, Any]) -> bool:
    return request.url.path.startswith("/api/") or request.headers.get("accept", "").startswith("application/json")


def is_fragment(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"


def refused(request: Request[Any, Any, Any], refusal: Refused) -> Response[Any]:
    status = 403 if isinstance(refusal, Forbidden) else 409
    set_locale(choose_locale(request))
    for reason in refusal.reasons:
        REFUSALS.labels(reason.code).inc()
    if wants_json(request):
        return Response(refusal.as_json(), status_code=status, media_type="application/json")
    page = RefusedPage(what=refusal.what, reasons=refusal.reasons)
    return render("_parts/_refusal.html" if is_fragment(request) else "web/refused.html", page, status=status)


def not_found(request: Request[Any, Any, Any], missing: NotFound) -> Response[Any]:
    set_locale(choose_locale(request))
    if wants_json(request):
        return Response({"not_found": missing.code}, status_code=404, media_type="application/json")
    if is_fragment(request):
        guess = Reason("code.unknown", looks_like(missing.code), _("Check that the right label was scanned, whole."))
        page = RefusedPage(what=missing.text, reasons=(guess,), answer="unknown")
        return render("_parts/_unknown.html", page, status=404)
    return render("web/error.html", ErrorPage(404, _("Unknown code"), missing.text), status=404)


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar itself refuses: no such address, not signed in, wrong method, expired form."""
    status = error.status_code
    title, text = TITLES.get(status, OUR_FAULT if status >= 500 else TITLES[400])
    link = None
    if status == 403 and "CSRF" in error.detail:
        title, text = _("Page too old"), FORM_TOO_OLD
    if status == 401:
        link = Link(str(_("Sign in")), SIGN_IN)
        if not is_fragment(request) and not wants_json(request) and request.method == "GET":
            return _to_sign_in(request)
    page = ErrorPage(status, title, text, _number_of(request, status), link)
    return _answer(request, page, dict(error.headers or {}))


def crashed(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """Our own fault: the log gets everything, the person a number to pass on."""
    log.error("unhandled", path=request.url.path, method=request.method, exc_info=fault)
    return _answer(request, ErrorPage(500, *OUR_FAULT, request_id=_number_of(request, 500)), {})


def _number_of(request: Request[Any, Any, Any], status: int) -> str | None:
    return request_id_of(request.scope) if status >= 500 else None


def _to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """By password at a desk, by badge at a tablet; then back to where the person wanted to go."""
    query = request.scope["query_string"].decode("latin-1")
    back = request.url.path + (f"?{query}" if query else "")
    door = f"{STATION}{SIGN_IN}" if f"{request.url.path}/".startswith(f"{STATION}/") else SIGN_IN
    address = door if back in ("/", STATION) else f"{door}?next={quote(back)}"
    return Response(None, status_code=303, headers={"Location": address})


def _answer(request: Request[Any, Any, Any], page: ErrorPage, headers: dict[str, str]) -> Response[Any]:
    set_locale(choose_locale(request))
    if wants_json(request):
        body = {"error": str(page.title), "detail": str(page.text), "request_id": page.request_id}
        return Response(body, status_code=page.status, media_type="application/json", headers=headers)
    name = "_parts/_error.html" if is_fragment(request) else "web/error.html"
    return render(name, page, status=page.status, headers=headers)
