"""Consignees at the desk: the list, one, and what was agreed."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from litestar_htmx import HTMXRequest

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.shipping.actions.consignees import KEEPS, agree_terms, create_consignee
from maskqms.shipping.forms import ChangeTerms, NewConsignee
from maskqms.shipping.pages import ConsigneePage, ConsigneesPage, NewConsigneePage, consignee_facts
from maskqms.shipping.queries import consignee_count, consignee_lines, shipment_lines, terms_of
from maskqms.shipping.rules import Terms, buyer_blockers
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.guards import requires
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Paging

SIZE = 50


class ConsigneeController(Controller):
    """Who goods are sent to."""

    path = "/consignees"

    @get("/")
    async def list(
        self, actor: NamedDependency[Actor], q: FromQuery[str | None] = None, page: FromQuery[int] = 1
    ) -> Template:
        total = await consignee_count(q)
        paging = Paging(page, SIZE, total, path="/consignees", query={"q": q})
        lines = await consignee_lines(q, page=page, size=SIZE)
        return render("shipping/consignees.html", ConsigneesPage(lines, paging, blank(q=q), actor.has(*KEEPS)))

    @get("/new", guards=[requires(*KEEPS)])
    async def new(self) -> Template:
        return render("shipping/new_consignee.html", NewConsigneePage(blank(country="CN", min_remaining_days=180)))

    @post("/")
    async def create(self, request: HTMXRequest, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form = await read_form(request, NewConsignee)
        given = form.value
        if given is None:
            return render("shipping/new_consignee.html", NewConsigneePage(form), status=422)

        async def run() -> Terms:
            return await create_consignee(**given.model_dump(exclude={"key"}), actor=actor)

        made = await once(given.key, Terms, run, tag=Tag.CONSIGNEE_CREATE, actor=actor, subject=given.code)
        return redirect(f"/consignees/{made.code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("shipping/consignee.html", await _consignee_page(code, actor, None))

    @post("/{code:str}/terms")
    async def terms(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, ChangeTerms)
        given = form.value
        if given is None:
            return render("shipping/consignee.html", await _consignee_page(code, actor, form), status=422)

        async def run() -> Terms:
            return await agree_terms(code, **given.model_dump(exclude={"key"}), actor=actor)

        await once(given.key, Terms, run, tag=Tag.CONSIGNEE_TERMS, actor=actor, subject=code)
        return redirect(f"/consignees/{code}")


async def _consignee_page(code: str, actor: Actor, form: Form[Any] | None) -> ConsigneePage:
    terms = await terms_of(code)
    return ConsigneePage(
        terms=terms,
        facts=consignee_facts(terms),
        shipments=await shipment_lines(state=None, text=code),
        form=form
        or blank(
            min_remaining_days=terms.min_remaining_days,
            credential=terms.credential,
            credential_until=terms.credential_until,
        ),
        may_change=actor.has(*KEEPS),
        missing=bool(buyer_blockers(terms)),
    )
