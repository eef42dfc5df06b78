"""The administrator's pages of people: accounts, roles, passwords, badges.

What is handed over (a first password, a badge's code) is shown in the answer that made it and kept nowhere: a request
that is repeated does nothing and shows nothing.
"""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.actions.badges import issue_badge
from maskqms.accounts.actions.people import create_account, new_password, reset_password, set_active, set_roles
from maskqms.accounts.forms import Keyed, NewPerson, Roles, SwitchAccount
from maskqms.accounts.pages import NewPersonPage, PeoplePage, PersonPage
from maskqms.accounts.queries import account_named, accounts, badges_of
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.pages import history_href
from maskqms.audit.tags import Tag
from maskqms.db.clock import now
from maskqms.errors import Refused
from maskqms.i18n import Text, _
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.guards import requires
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option

ROLE_OPTIONS = [Option(str(role), role.label) for role in Role]
SHOWN_BEFORE = _("This was done before by the same request; what it handed over was shown only then.")
Incoming = Request[Any, Any, Any]


class PeopleController(Controller):
    path = "/people"
    guards = [requires(Role.ADMINISTRATOR)]

    @get()
    async def everybody(self) -> Template:
        return render("accounts/people.html", PeoplePage(await accounts(), await now()))

    @get("/new")
    async def new(self) -> Template:
        return render("accounts/new_person.html", NewPersonPage(blank(), ROLE_OPTIONS))

    @post("/new", status_code=303)
    async def create(self, request: Incoming, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form: Form[NewPerson] = await read_form(request, NewPerson)
        if form.value is None:
            return render("accounts/new_person.html", NewPersonPage(form, ROLE_OPTIONS), status=422)
        typed, secret = form.value, None

        async def run() -> str:
            nonlocal secret
            secret = new_password()
            await create_account(**typed.model_dump(exclude={"key"}), password=secret, actor=actor)
            return typed.username

        try:
            await once(typed.key, str, run, tag=Tag.ACCOUNT_CREATE, actor=actor, subject=typed.username)
        except Refused as refused:
            page = NewPersonPage(form, ROLE_OPTIONS, refused.reasons)
            return render("accounts/new_person.html", page, status=409)
        return await _handed_over(typed.username, _("First password, shown only now:"), secret)

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
        given = form.value

        async def run() -> str:
            await set_roles(username=username, **given.model_dump(exclude={"key"}), actor=actor)
            return username

        await once(given.key, str, run, tag=Tag.ACCOUNT_ROLES, actor=actor, subject=username)
        return redirect(f"/people/{username}")

    @post("/{username:str}/reset", status_code=200)
    async def reset(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[Keyed] = await read_form(request, Keyed)
        if form.value is None:
            return render("accounts/person.html", await _person(username), status=422)
        secret = None

        async def run() -> str:
            nonlocal secret
            secret = await reset_password(username=username, actor=actor)
            return username

        await once(form.value.key, str, run, tag=Tag.ACCOUNT_RESET, actor=actor, subject=username)
        return await _handed_over(username, _("New password, shown only now:"), secret)

    @post("/{username:str}/active", status_code=303)
    async def switch(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[SwitchAccount] = await read_form(request, SwitchAccount)
        if form.value is None:
            return render("accounts/person.html", await _person(username), status=422)
        given = form.value
        tag = Tag.ACCOUNT_REACTIVATE if given.active else Tag.ACCOUNT_DEACTIVATE

        async def run() -> str:
            await set_active(username=username, active=given.active, reason=given.reason or "", actor=actor)
            return username

        await once(given.key, str, run, tag=tag, actor=actor, subject=username)
        return redirect(f"/people/{username}")

    @post("/{username:str}/badge", status_code=200)
    async def badge(
        self, request: Incoming, username: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[Keyed] = await read_form(request, Keyed)
        if form.value is None:
            return render("accounts/person.html", await _person(username), status=422)
        secret = None

        async def run() -> str:
            nonlocal secret
            issued = await issue_badge(username=username, actor=actor)
            secret = issued.code
            return issued.number

        number = await once(form.value.key, str, run, tag=Tag.BADGE_ISSUE, actor=actor, subject=username)
        words = _("Code of badge {number}, shown only now; write it to the badge:", number=number)
        return await _handed_over(username, words, secret)


async def _handed_over(username: str, words: Text, secret: str | None) -> Template:
    said = words if secret is not None else SHOWN_BEFORE
    return render("accounts/person.html", await _person(username, handed_over=said, secret=secret))


async def _person(
    username: str, *, form: Form[Any] | None = None, handed_over: Text | None = None, secret: str | None = None
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
        badges=await badges_of(username),
        handed_over=handed_over,
        secret=secret,
        history=history_href(username),
    )
