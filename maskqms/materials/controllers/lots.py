"""Lots: the list, one of them, its receipt and its decision."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import now, today
from maskqms.errors import NotFound
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.conditional import release_conditionally
from maskqms.materials.actions.decide import Decided, decide_lot
from maskqms.materials.actions.parting import Parted, Sorted, inspect_rolls, part_lot
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.controllers.receiving import labels_to_print
from maskqms.materials.forms import DecideLot, InspectRolls, PartLot, ReceiveLot, read_rolls
from maskqms.materials.pages.lots import PAGE_SIZE, LotPage, lot_page, lots_page
from maskqms.materials.pages.receive import ReceivePage, receive_page
from maskqms.materials.pages.receiving import PrintLabels
from maskqms.materials.queries.lots import lot_by_code, lots, rolls_of
from maskqms.materials.queries.materials import material_by_code, materials
from maskqms.materials.queries.orders import awaited_orders
from maskqms.materials.queries.receipts import certificate_file, certificates_of, order_of_lot
from maskqms.materials.queries.sheets import roll_sheets
from maskqms.materials.queries.suppliers import suppliers
from maskqms.materials.queries.uses import uses_of
from maskqms.materials.rules.receipt import NewRoll, Receipt
from maskqms.materials.states import LotDecision
from maskqms.materials.typed import certificates_in
from maskqms.quality.queries import deviations_of
from maskqms.trace.queries.units import unit_by_id
from maskqms.trace.states import UnitState
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.pages import redirect, render

StateQuery = Annotated[str, QueryParameter(name="state")]
"""`state` itself is a name the framework keeps for its own."""


class LotController(Controller):
    path = "/lots"

    @get("/")
    async def list(
        self,
        actor: NamedDependency[Actor],
        state_code: StateQuery = "",
        material: FromQuery[str] = "",
        text: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        query = {"state": state_code or None, "material": material or None, "text": text.strip() or None}
        found = await lots(
            state=chosen(UnitState, state_code),
            material=query["material"],
            text=query["text"],
            page=max(1, page),
            size=PAGE_SIZE,
        )
        return render("materials/lots.html", lots_page(found, await materials(), query, max(1, page), actor))

    @get("/new")
    async def new(self, supplier: FromQuery[str] = "", material: FromQuery[str] = "") -> Template:
        form = blank(supplier=supplier or None, material=material or None)
        return render("materials/receive.html", await _receive_page(form))

    @post("/")
    async def receive(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ReceiveLot)
        rolls: tuple[NewRoll, ...] = ()
        if form.value is not None:
            rolls, faults = read_rolls(form.value, (await material_by_code(form.value.material)).unit)
            for name, words in faults.items():
                form.add_error(name, words)
        if form.value is None:
            return render("materials/receive.html", await _receive_page(form), status=422)
        given = form.value
        receipt = Receipt(
            quantity=given.quantity,
            supplier_lot=given.supplier_lot,
            delivery_note=given.delivery_note,
            manufacturer=given.manufacturer,
            made_on=given.made_on,
            expires_on=given.expires_on,
            rolls=rolls,
            life_days=given.life_days,
            order=given.order,
            no_order_reason=given.no_order_reason,
            certificates=await certificates_in(given.certificate),
        )

        async def run() -> Received:
            return await receive_lot(supplier=given.supplier, material=given.material, receipt=receipt, actor=actor)

        done = await once(given.key, Received, run, tag=Tag.LOT_RECEIVE, actor=actor, subject=given.supplier_lot)
        return redirect(f"/lots/{done.lot}?received=true")

    @get("/{code:str}")
    async def show(
        self, code: FromPath[str], actor: NamedDependency[Actor], received: FromQuery[bool] = False
    ) -> Template:
        labels = await labels_to_print(code, actor) if received else None
        return render("materials/lot.html", await _page(code, actor, labels=labels))

    @get("/{code:str}/certificates/{certificate:int}")
    async def certificate(
        self, code: FromPath[str], certificate: FromPath[int], actor: NamedDependency[Actor]
    ) -> Response[bytes]:
        """The paper as it came; taking it along is written down."""
        found = await certificate_file(code, certificate)
        await record_export(found.content, name=found.name, subject=code, actor=actor)
        name = quote(found.name)
        return Response(
            found.content,
            media_type=found.media_type,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    @post("/{code:str}/release")
    async def release(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        return await _decide(request, code, LotDecision.RELEASE, actor)

    @post("/{code:str}/conditional")
    async def conditional(
        self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, DecideLot)
        if form.value is None:
            return render("materials/lot.html", await _page(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> Decided:
            return await release_conditionally(code, reason=given.reason or "", digest=given.digest, signer=signer)

        await once(given.key, Decided, run, tag=Tag.LOT_CONDITIONAL, actor=actor, subject=code)
        return redirect(f"/lots/{code}")

    @post("/{code:str}/sort")
    async def sort(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, InspectRolls)
        if form.value is None:
            return render("materials/lot.html", await _page(code, actor, form), status=422)
        given = form.value

        async def run() -> Sorted:
            return await inspect_rolls(code, rolls=given.rolls, actor=actor)

        await once(given.key, Sorted, run, tag=Tag.LOT_SORT, actor=actor, subject=code)
        return redirect(f"/lots/{code}")

    @post("/{code:str}/part")
    async def part(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PartLot)
        if form.value is None:
            return render("materials/lot.html", await _page(code, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> Parted:
            return await part_lot(
                code, rejected=given.rejected, reason=given.reason, digest=given.digest, signer=signer
            )

        await once(given.key, Parted, run, tag=Tag.LOT_PART, actor=actor, subject=code)
        return redirect(f"/lots/{code}")

    @post("/{code:str}/reject")
    async def reject(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        return await _decide(request, code, LotDecision.REJECT, actor)


async def _decide(request: Request[Any, Any, Any], code: str, decision: LotDecision, actor: Actor) -> Any:
    form = await read_form(request, DecideLot)
    if form.value is None:
        return render("materials/lot.html", await _page(code, actor, form), status=422)
    given = form.value
    signer = await reauthenticate(actor, username=given.username, password=given.password)

    async def run() -> Decided:
        return await decide_lot(code, decision=decision, digest=given.digest, reason=given.reason, signer=signer)

    await once(given.key, Decided, run, tag=Tag.LOT_DECIDE, actor=actor, subject=code)
    return redirect(f"/lots/{code}")


async def _page(
    code: str, actor: Actor, form: Form[Any] | None = None, *, labels: PrintLabels | None = None
) -> LotPage:
    lot = await lot_by_code(code)
    if lot.inspection is None:
        raise NotFound(code)
    rolls = await rolls_of(lot.id)
    return lot_page(
        lot,
        await unit_by_id(lot.id),
        rolls,
        await sheet(lot.inspection),
        await deviations_of(lot.id),
        await signatures_of(code),
        await now(),
        actor,
        form,
        await roll_sheets(rolls),
        await uses_of(lot.id),
        origin=await order_of_lot(lot.id),
        certificates=await certificates_of(lot.id),
        labels=labels,
    )


async def _receive_page(form: Form[Any]) -> ReceivePage:
    return receive_page(form, await suppliers(), await materials(), await awaited_orders(await today()))
