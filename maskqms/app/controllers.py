"""Pages that need every package: today's work, the search box's target, who may release what."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.actions.authorisations import grant_authorisation, revoke_authorisation
from maskqms.accounts.forms import Grant, Revoke
from maskqms.accounts.queries import accounts, authorisation_by_id, authorisations
from maskqms.accounts.rules import a_year_after
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.app.opening import address_of
from maskqms.app.pages import AuthorisationsPage, authorisation_lines
from maskqms.app.today import greeting, sections
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import now, today
from maskqms.products.queries import product_codes
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import TodayPage, redirect, render
from maskqms.web.parts import Option
from maskqms.web.scan import read_scan

Incoming = Request[Any, Any, Any]


@get("/")
async def first_page(actor: NamedDependency[Actor]) -> Template:
    """What waits for this person, by due time."""
    return render("web/today.html", TodayPage(greeting(actor), await now(), await sections(actor)))


@get("/c/{code:path}")
async def open_record(code: FromPath[str]) -> Response[None]:
    """Whatever a label says opens its record; an unknown code says what it looks like."""
    return redirect(await address_of(read_scan(code.lstrip("/"))))


class AuthorisationController(Controller):
    path = "/authorisations"

    @get()
    async def everybody(self, actor: NamedDependency[Actor]) -> Template:
        day = await today()
        form = blank(valid_from=day.isoformat(), valid_until=a_year_after(day).isoformat())
        return render("app/authorisations.html", await _page(form, actor))

    @post(status_code=303)
    async def grant(self, request: Incoming, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form: Form[Grant] = await read_form(request, Grant)
        if form.value is None:
            return render("app/authorisations.html", await _page(form, actor), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            return await grant_authorisation(
                username=given.person,
                products=given.products,
                known_products=await product_codes(),
                valid_from=given.valid_from,
                valid_until=given.valid_until,
                reason=given.reason,
                signer=signer,
            )

        await once(given.key, int, run, tag=Tag.AUTHORISATION_GRANT, actor=actor, subject=given.person)
        return redirect("/authorisations")

    @post("/{authorisation:int}/revoke", status_code=303)
    async def revoke(
        self, request: Incoming, authorisation: FromPath[int], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[Revoke] = await read_form(request, Revoke)
        if form.value is None:
            return render("app/authorisations.html", await _page(form, actor), status=422)
        given = form.value
        person = (await authorisation_by_id(authorisation)).username
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            return await revoke_authorisation(
                authorisation=authorisation, reason=given.reason or "", digest=given.digest, signer=signer
            )

        await once(given.key, int, run, tag=Tag.AUTHORISATION_REVOKE, actor=actor, subject=person)
        return redirect("/authorisations")


async def _page(form: Form[Any], actor: Actor) -> AuthorisationsPage:
    signing = [row for row in await accounts() if row.active and set(row.roles) - {Role.ADMINISTRATOR, Role.REGULATOR}]
    day = await today()
    return AuthorisationsPage(
        lines=authorisation_lines(await authorisations(), day, actor),
        day=day,
        form=form,
        people=[Option(row.username, f"{row.name} ({row.username})") for row in signing],
        products=[Option(code, code) for code in await product_codes()],
        may_grant=actor.has(Role.QUALITY),
    )


router = Router(path="/", route_handlers=[first_page, open_record, AuthorisationController])
