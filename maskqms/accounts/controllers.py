"""Sign in and out, one's password, and the administrator's page of people and badges."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.actions.badges import issue_badge, revoke_badge
from maskqms.accounts.actions.people import (
    change_password,
    create_account,
    new_password,
    reset_password,
    set_active,
    set_roles,
)
from maskqms.accounts.actions.signin import OpenedSession, sign_in, sign_in_by_badge, sign_out
from maskqms.accounts.forms import ChangePassword, NewBadge, NewPerson, Roles, SignIn, StationSignIn, WithReason
from maskqms.accounts.guards import requires
from maskqms.accounts.pages import (
    NewPersonPage,
    PasswordPage,
    PeoplePage,
    PersonPage,
    SignInPage,
    StationSignInPage,
)
from maskqms.accounts.queries import account_named, accounts, badges
from maskqms.accounts.sessions import COOKIE
from maskqms.actor import Actor, Role
from maskqms.db.clock import now
from maskqms.errors import Refused
from maskqms.i18n import Text, _
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import is_local, redirect, render
from maskqms.web.parts import Option
from maskqms.web.requests import request_id_of
from maskqms.web.security import at_most

ROLE_OPTIONS = [Option(str(role), role.label) for role in Role]
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


def _password_page(request: Incoming, form: Form[Any]) -> PasswordPage:
    session = request.scope.get("auth")
    return PasswordPage(form, settings().password_length, bool(session and session.password_is_due))


class PeopleController(Controller):
    path = "/people"
    guards = [requires(Role.ADMINISTRATOR)]

    @get()
    async def everybody(self) -> Template:
        return render("accounts/people.html", PeoplePage(await accounts(), await badges(), await now()))

    @get("/new")
    async def new(self) -> Template:
        return render("accounts/new_person.html", NewPersonPage(blank(), ROLE_OPTIONS))

    @post("/new", status_code=303)
    async def create(self, request: Incoming, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form: Form[NewPerson] = await read_form(request, NewPerson)
        if form.value is None:
            return render("accounts/new_person.html", NewPersonPage(form, ROLE_OPTIONS), status=422)
        password = new_password()
        typed = form.value
        await create_account(
            username=typed.username,
            name=typed.name,
            roles=typed.roles,
            password=password,
            heads_production=typed.heads_production,
            heads_quality=typed.heads_quality,
            actor=actor,
        )
        page = await _person(typed.username, handed_over=_("First password, shown only now:"), secret=password)
        return render("accounts/person.html", page)

    @get("/{username:str}")
    async def person(self, username: FromPath[str]) -> Template:
        return render("accounts/person.html", await _person(username))

    @post("/{username:str}/roles", status_code=303)
    async def roles(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[Roles] = await read_form(request, Roles)
        if form.value is None:
            return render("accounts/person.html", await _person(username, form=form), status=422)
        await set_roles(
            username=username,
            roles=form.value.roles,
            heads_production=form.value.heads_production,
            heads_quality=form.value.heads_quality,
            reason=form.value.reason,
            actor=actor,
        )
        return redirect(f"/people/{username}")

    @post("/{username:str}/reset", status_code=200)
    async def reset(self, username: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        password = await reset_password(username=username, actor=actor)
        page = await _person(username, handed_over=_("New password, shown only now:"), secret=password)
        return render("accounts/person.html", page)

    @post("/{username:str}/active", status_code=303)
    async def switch(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[WithReason] = await read_form(request, WithReason)
        reason = form.value.reason if form.value else ""
        person = await account_named(username)
        await set_active(username=username, active=not person.active, reason=reason, actor=actor)
        return redirect(f"/people/{username}")

    @post("/{username:str}/badge", status_code=200)
    async def badge(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[NewBadge] = await read_form(request, NewBadge)
        if form.value is None:
            return render("accounts/person.html", await _person(username, badge_form=form), status=422)
        issued = await issue_badge(username=username, pin=form.value.pin, actor=actor)
        words = _("Code of badge {number}, shown only now; write it to the badge:", number=issued.number)
        return render("accounts/person.html", await _person(username, handed_over=words, secret=issued.code))


async def _person(
    username: str,
    *,
    form: Form[Any] | None = None,
    badge_form: Form[Any] | None = None,
    handed_over: Text | None = None,
    secret: str | None = None,
) -> PersonPage:
    row = await account_named(username)
    shown = form or blank(
        roles=[str(role) for role in row.roles],
        heads_production="on" if row.heads_production else "",
        heads_quality="on" if row.heads_quality else "",
    )
    return PersonPage(
        person=row,
        locked=row.locked_until is not None and row.locked_until > await now(),
        roles=ROLE_OPTIONS,
        form=shown,
        badge_form=badge_form or blank(),
        badges=[badge for badge in await badges() if badge.username == username],
        handed_over=handed_over,
        secret=secret,
        history=f"/history/{username}",
    )


class BadgeController(Controller):
    path = "/badges"
    guards = [requires(Role.ADMINISTRATOR, Role.QUALITY, Role.PLANT_MANAGER)]

    @post("/{number:str}/revoke", status_code=303)
    async def revoke(self, request: Incoming, number: FromPath[str], actor: NamedDependency[Actor]) -> Response[Any]:
        form: Form[WithReason] = await read_form(request, WithReason)
        await revoke_badge(number=number, reason=form.value.reason if form.value else "", actor=actor)
        return redirect("/people")


router = Router(path="/", route_handlers=[SignInController, OwnController, PeopleController, BadgeController])
