"""What everybody does about oneself: sign out, change the password, set the PIN of one's badge."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.actions.badges import set_pin
from maskqms.accounts.actions.people import change_password
from maskqms.accounts.actions.signin import sign_out
from maskqms.accounts.forms import ChangePassword, SetPin
from maskqms.accounts.pages import AccountPage, PasswordPage
from maskqms.accounts.queries import account_named, badges_of
from maskqms.accounts.sessions import COOKIE
from maskqms.actor import Actor
from maskqms.i18n import _
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render

Incoming = Request[Any, Any, Any]


class OwnController(Controller):
    path = "/"

    @post("/sign-out", status_code=303)
    async def leave(self, request: Incoming, actor: NamedDependency[Actor]) -> Response[None]:
        if token := request.cookies.get(COOKIE):
            await sign_out(token, actor=actor)
        answer = redirect("/station/sign-in" if actor.station else "/sign-in")
        answer.cookies.append(Cookie(key=COOKIE, value="", path="/", max_age=0))
        return answer

    @get("/password")
    async def ask_password(self, request: Incoming) -> Template:
        return render("accounts/password.html", _password_page(request, blank()))

    @post("/password", status_code=303)
    async def change(self, request: Incoming, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form: Form[ChangePassword] = await read_form(request, ChangePassword)
        if form.value is not None and form.value.password != form.value.again:
            form.add_error("again", _("The two are not the same."))
        if form.value is None:
            return render("accounts/password.html", _password_page(request, form), status=422)
        await change_password(
            current=form.value.current,
            password=form.value.password,
            actor=actor,
            token=request.cookies.get(COOKIE),
        )
        return redirect("/")

    @get("/account")
    async def account(self, actor: NamedDependency[Actor]) -> Template:
        return render("accounts/account.html", await _account_page(actor, blank()))

    @post("/account/badges/{number:str}/pin", status_code=303)
    async def pin(
        self, request: Incoming, number: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[SetPin] = await read_form(request, SetPin)
        if form.value is not None and form.value.pin != form.value.pin_again:
            form.add_error("pin_again", _("The two are not the same."))
        if form.value is None:
            return render("accounts/account.html", await _account_page(actor, form), status=422)
        await set_pin(number=number, pin=form.value.pin, password=form.value.password, actor=actor)
        return redirect("/account")


async def _account_page(actor: Actor, form: Form[Any]) -> AccountPage:
    living = [badge for badge in await badges_of(actor.username) if badge.revoked_at is None]
    return AccountPage(await account_named(actor.username), living, form)


def _password_page(request: Incoming, form: Form[Any]) -> PasswordPage:
    session = request.scope.get("auth")
    return PasswordPage(form, settings().password_length, bool(session and session.password_is_due))
