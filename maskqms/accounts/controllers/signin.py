"""Sign in at a desk by name and password, at a tablet by badge and PIN."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Template

from maskqms.accounts.actions.signin import OpenedSession, sign_in, sign_in_by_badge
from maskqms.accounts.forms import SignIn, StationSignIn
from maskqms.accounts.pages import SignInPage, StationSignInPage
from maskqms.accounts.sessions import COOKIE
from maskqms.errors import Refused
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import is_local, redirect, render
from maskqms.web.requests import request_id_of
from maskqms.web.security import at_most

Incoming = Request[Any, Any, Any]


def _address(request: Incoming) -> str | None:
    return request.client.host if request.client else None


def _next(request: Incoming, otherwise: str) -> str:
    """Where the person wanted to go before signing in; only inside this application."""
    wanted = request.query_params.get("next", otherwise)
    return wanted if is_local(wanted) else otherwise


def _enter(opened: OpenedSession, to: str) -> Response[None]:
    answer = redirect("/password" if opened.must_change else to)
    answer.cookies.append(
        Cookie(
            key=COOKIE, value=opened.token, path="/", httponly=True, secure=settings().secure_cookies, samesite="lax"
        )
    )
    return answer


class SignInController(Controller):
    """The only forms that strangers may send; they are small."""

    path = "/"
    opt = {"public": True}
    request_max_body_size = 64 * 1024

    @get("/sign-in")
    async def ask(self, request: Incoming) -> Template:
        return render("accounts/sign_in.html", SignInPage(form=blank(), next=_next(request, "/")))

    @post("/sign-in", status_code=303, guards=[at_most(30)])
    async def enter(self, request: Incoming) -> Template | Response[Any]:
        form: Form[SignIn] = await read_form(request, SignIn)
        to = form.text("next") or "/"
        if form.value is None:
            return render("accounts/sign_in.html", SignInPage(form=form, next=to), status=422)
        try:
            opened = await sign_in(
                form.value.username,
                form.value.password,
                address=_address(request),
                request_id=request_id_of(request.scope),
            )
        except Refused as refused:
            return render("accounts/sign_in.html", SignInPage(form=form, next=to, reasons=refused.reasons), status=409)
        return _enter(opened, to if is_local(to) else "/")

    @get("/station/sign-in")
    async def ask_badge(self, request: Incoming) -> Template:
        return render("accounts/station_sign_in.html", StationSignInPage(form=blank(), next=_next(request, "/station")))

    @post("/station/sign-in", status_code=303, guards=[at_most(60)])
    async def enter_by_badge(self, request: Incoming) -> Template | Response[Any]:
        form: Form[StationSignIn] = await read_form(request, StationSignIn)
        to = form.text("next") or "/station"
        if form.value is None:
            return render("accounts/station_sign_in.html", StationSignInPage(form=form, next=to), status=422)
        try:
            opened = await sign_in_by_badge(
                form.value.badge,
                form.value.pin,
                station=form.value.station,
                address=_address(request),
                request_id=request_id_of(request.scope),
            )
        except Refused as refused:
            page = StationSignInPage(form=blank(), next=to, reasons=refused.reasons)
            return render("accounts/station_sign_in.html", page, status=409)
        return _enter(opened, to if is_local(to) else "/station")
