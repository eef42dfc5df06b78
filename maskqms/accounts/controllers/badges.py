"""All badges, for those who may make one worthless."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.actions.badges import KEEPERS, revoke_badge
from maskqms.accounts.forms import WithReason
from maskqms.accounts.pages import BadgesPage
from maskqms.accounts.queries import badges
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.web.forms import Form, read_form
from maskqms.web.guards import requires
from maskqms.web.pages import redirect, render


class BadgeController(Controller):
    path = "/badges"
    guards = [requires(*KEEPERS)]

    @get()
    async def everybody(self, actor: NamedDependency[Actor]) -> Template:
        return render("accounts/badges.html", BadgesPage(await badges(), actor.has(Role.ADMINISTRATOR)))

    @post("/{number:str}/revoke", status_code=303)
    async def revoke(
        self, request: Request[Any, Any, Any], number: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form: Form[WithReason] = await read_form(request, WithReason)
        if form.value is None:
            page = BadgesPage(await badges(), actor.has(Role.ADMINISTRATOR))
            return render("accounts/badges.html", page, status=422)
        given = form.value

        async def run() -> str:
            await revoke_badge(number=number, reason=given.reason or "", actor=actor)
            return number

        await once(given.key, str, run, tag=Tag.BADGE_REVOKE, actor=actor, subject=number)
        return redirect("/badges")
