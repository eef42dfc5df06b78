"""Rejected goods: the list, the three ways they can go, and the records of returns, destructions and regrades."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.dispositions.actions.destroy import cancel_destruction, plan_destruction, witness_destruction
from maskqms.dispositions.actions.give_back import return_goods
from maskqms.dispositions.actions.regrade import decide_regrade, request_regrade
from maskqms.dispositions.forms import (
    CancelDestruction,
    PlanDestruction,
    RequestRegrade,
    ReturnGoods,
    SignRecord,
)
from maskqms.dispositions.pages import (
    PAGE_SIZE,
    DestructionPage,
    GoodsPage,
    RegradePage,
    ReturnNotePage,
    ReturnPage,
    destruction_page,
    goods_page,
    regrade_page,
    rejected_page,
    return_facts,
)
from maskqms.dispositions.queries.goods import rejected_goods, rejected_of, targets
from maskqms.dispositions.queries.records import (
    destruction,
    goods_return,
    regrade,
    waiting_destructions,
    waiting_regrades,
)
from maskqms.dispositions.states import Way
from maskqms.materials.queries.lots import lot_by_code
from maskqms.web.forms import Form, chosen, read_form
from maskqms.web.pages import redirect, render

Incoming = Request[Any, Any, Any]


class RejectedController(Controller):
    path = "/rejected"

    @get("/")
    async def list(self, page: FromQuery[int] = 1) -> Template:
        number = max(1, page)
        found = await rejected_goods(page=number, size=PAGE_SIZE)
        shown = rejected_page(found, await waiting_destructions(), await waiting_regrades(), number)
        return render("dispositions/rejected.html", shown)

    @get("/{lot:str}")
    async def goods(self, lot: FromPath[str], actor: NamedDependency[Actor], way: FromQuery[str] = "") -> Template:
        return render("dispositions/goods.html", await _goods(lot, chosen(Way, way) or Way.RETURN, actor))


async def _goods(lot: str, way: Way, actor: Actor, form: Form[Any] | None = None) -> GoodsPage:
    about = await lot_by_code(lot)
    rows = await rejected_of(lot)
    return goods_page(lot, way, rows, await targets(about.category, about.unit), actor, form)


async def _again(way: Way, form: Form[Any], actor: Actor) -> Template:
    """What was typed, with what is wrong with it."""
    return render("dispositions/goods.html", await _goods(form.text("lot"), way, actor, form), status=422)


class ReturnController(Controller):
    path = "/returns"

    @post("/", status_code=303)
    async def make(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ReturnGoods)
        if form.value is None:
            return await _again(Way.RETURN, form, actor)
        given = form.value

        async def run() -> str:
            return await return_goods(
                given.units, waybill=given.waybill, carrier=given.carrier, reason=given.reason, actor=actor
            )

        code = await once(given.key, str, run, tag=Tag.GOODS_RETURN, actor=actor, subject=given.lot)
        return redirect(f"/returns/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str]) -> Template:
        row = await goods_return(code)
        return render("dispositions/return.html", ReturnPage(row, return_facts(row)))

    @get("/{code:str}/note")
    async def note(self, code: FromPath[str]) -> Template:
        row = await goods_return(code)
        return render("dispositions/note.html", ReturnNotePage(row, return_facts(row)))


class DestructionController(Controller):
    path = "/destructions"

    @post("/", status_code=303)
    async def plan(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PlanDestruction)
        if form.value is None:
            return await _again(Way.DESTROY, form, actor)
        given = form.value

        async def run() -> str:
            return await plan_destruction(given.units, method=given.method, reason=given.reason, actor=actor)

        code = await once(given.key, str, run, tag=Tag.DESTRUCTION_PLAN, actor=actor, subject=given.lot)
        return redirect(f"/destructions/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("dispositions/destruction.html", await _destruction(code, actor))

    @post("/{code:str}/witness", status_code=303)
    async def witness(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SignRecord)
        if form.value is None:
            return render("dispositions/destruction.html", await _destruction(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            return (await witness_destruction(code, digest=given.digest, signer=signer)).code

        await once(given.key, str, run, tag=Tag.DESTRUCTION_WITNESS, actor=actor, subject=code)
        return redirect(f"/destructions/{code}")

    @post("/{code:str}/cancel", status_code=303)
    async def cancel(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, CancelDestruction)
        if form.value is None:
            return render("dispositions/destruction.html", await _destruction(code, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await cancel_destruction(code, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.DESTRUCTION_CANCEL, actor=actor, subject=code)
        return redirect(f"/destructions/{code}")


async def _destruction(code: str, actor: Actor, form: Form[Any] | None = None) -> DestructionPage:
    return destruction_page(await destruction(code), await signatures_of(code), actor, form)


class RegradeController(Controller):
    path = "/regrades"

    @post("/", status_code=303)
    async def request(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RequestRegrade)
        if form.value is None:
            return await _again(Way.REGRADE, form, actor)
        given = form.value

        async def run() -> str:
            return await request_regrade(given.unit, material=given.material, reason=given.reason, actor=actor)

        code = await once(given.key, str, run, tag=Tag.REGRADE_REQUEST, actor=actor, subject=given.unit)
        return redirect(f"/regrades/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("dispositions/regrade.html", await _regrade(code, actor))

    @post("/{code:str}/approve", status_code=303)
    async def approve(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        return await _decide(request, code, True, actor)

    @post("/{code:str}/refuse", status_code=303)
    async def refuse(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        return await _decide(request, code, False, actor)


async def _decide(request: Incoming, code: str, approve: bool, actor: Actor) -> Any:
    form = await read_form(request, SignRecord)
    if form.value is None:
        return render("dispositions/regrade.html", await _regrade(code, actor, form), status=422)
    given = form.value
    signer = await reauthenticate(actor, username=given.username, password=given.password)

    async def run() -> str:
        return (
            await decide_regrade(code, approve=approve, reason=given.reason or "", digest=given.digest, signer=signer)
        ).code

    await once(given.key, str, run, tag=Tag.REGRADE_DECIDE, actor=actor, subject=code)
    return redirect(f"/regrades/{code}")


async def _regrade(code: str, actor: Actor, form: Form[Any] | None = None) -> RegradePage:
    return regrade_page(await regrade(code), await signatures_of(code), actor, form)


router = Router(
    path="/", route_handlers=[RejectedController, ReturnController, DestructionController, RegradeController]
)
