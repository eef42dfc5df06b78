"""At the running line: scan material in, write down output, pack."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.issue import Issued, issue_unit, return_unused
from maskqms.batches.actions.output import Recorded, record_output, reverse_output
from maskqms.batches.actions.pack import Packed, carton_boxes, pack_boxes, pack_carton, unpack_carton
from maskqms.batches.forms import CartonBoxes, IssueScan, Output, Pack, ReturnUnused, WithReason
from maskqms.batches.pages.station import IssueLine, IssuePage, OutputStationPage, PackPage, ReturnPage, Task
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.packing import cartons_of, loose_boxes, packed_counts
from maskqms.batches.queries.record import issues_of, output_totals, outputs_of
from maskqms.batches.queries.scans import unit_of_scan
from maskqms.batches.queries.stock import candidates
from maskqms.batches.rules.output import KEPT
from maskqms.batches.states import BatchState, OutputKind, ScrapReason
from maskqms.db.clock import now
from maskqms.i18n import _
from maskqms.materials.queries.locations import locations
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.rules import plain
from maskqms.trace.states import measure_word
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Done, Option, Undo

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]
LATEST = 8
RETURN_TO = (LocationKind.LINE, LocationKind.QUALIFIED, LocationKind.HOLD)
"""Where the rest of a roll may go; its status decides which of them."""


class WorkController(Controller):
    """Material in, pieces out."""

    path = "/station/{code:str}"

    @get("/issue")
    async def ask_issue(self, code: FromPath[str]) -> Template:
        return render("batches/station_issue.html", await _issue_page(code, blank()))

    @get("/issue/lines")
    async def issue_lines(self, code: FromPath[str]) -> Template:
        return render("batches/_issue.html", await _issue_page(code, blank()))

    @post("/issue", status_code=200)
    async def issue(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, IssueScan)
        if form.value is None:
            return render("batches/station_issue.html", await _issue_page(code, form), status=422)
        given = form.value
        unit = await unit_of_scan(given.code)
        done = await once(
            given.key,
            Issued,
            lambda: issue_unit(
                batch=code,
                code=unit.code,
                quantity=given.quantity,
                reason=given.reason,
                again=given.again == "yes",
                actor=actor,
            ),
            tag=Tag.BATCH_ISSUE,
            actor=actor,
            subject=code,
        )
        return render("_parts/_done.html", _issued(done), trigger="batch-changed")

    @get("/return")
    async def ask_return(self, code: FromPath[str]) -> Template:
        return render("batches/station_return.html", await _return_page(code, blank()))

    @post("/return", status_code=303)
    async def give_back(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, ReturnUnused)
        if form.value is None:
            return render("batches/station_return.html", await _return_page(code, form), status=422)
        given = form.value
        unit = await unit_of_scan(given.code)
        await once(
            given.key,
            Issued,
            lambda: return_unused(
                batch=code,
                code=unit.code,
                quantity=given.quantity,
                reason=given.reason,
                location=given.location,
                actor=actor,
            ),
            tag=Tag.BATCH_RETURN,
            actor=actor,
            subject=code,
        )
        return redirect(f"/station/{code}/return")

    @get("/output")
    async def ask_output(
        self, code: FromPath[str], kind: FromQuery[OutputKind] = OutputKind.GOOD, done: FromQuery[int | None] = None
    ) -> Template:
        return render("batches/station_output.html", await _output_page(code, kind, blank(kind=kind), done))

    @post("/output", status_code=303)
    async def output(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, Output)
        if form.value is None:
            kind = next((kind for kind in OutputKind if kind == form.text("kind")), OutputKind.GOOD)
            return render("batches/station_output.html", await _output_page(code, kind, form), status=422)
        given = form.value

        async def run() -> Recorded:
            return await record_output(batch=code, **given.model_dump(exclude={"key"}), actor=actor)

        done = await once(given.key, Recorded, run, tag=Tag.BATCH_OUTPUT, actor=actor, subject=code)
        return redirect(f"/station/{code}/output?kind={given.kind}&done={done.entry}")

    @post("/output/{entry:int}/reverse", status_code=303)
    async def reverse(
        self, request: Incoming, code: FromPath[str], entry: FromPath[int], actor: NamedDependency[Actor]
    ) -> Answer:
        form = await read_form(request, WithReason)
        if form.value is None:
            return redirect(f"/station/{code}/output")
        given = form.value

        async def run() -> Recorded:
            return await reverse_output(batch=code, entry=entry, reason=given.reason, actor=actor)

        done = await once(given.key, Recorded, run, tag=Tag.BATCH_OUTPUT_REVERSE, actor=actor, subject=code)
        return redirect(f"/station/{code}/output?kind={done.kind}")

    @get("/packing")
    async def ask_packing(self, code: FromPath[str], done: FromQuery[str | None] = None) -> Template:
        return render("batches/station_packing.html", await _pack_page(code, blank(), done))

    @post("/packing", status_code=303)
    async def carton(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, Pack)
        if form.value is None:
            return render("batches/station_packing.html", await _pack_page(code, form), status=422)
        given = form.value

        async def run() -> Packed:
            return await pack_carton(batch=code, boxes=given.boxes, actor=actor)

        done = await once(given.key, Packed, run, tag=Tag.BATCH_PACK, actor=actor, subject=code)
        return redirect(f"/station/{code}/packing?done={done.carton}")

    @post("/packing/boxes", status_code=303)
    async def boxes(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, Pack)
        if form.value is None or form.value.boxes is None:
            return redirect(f"/station/{code}/packing")
        given, count = form.value, form.value.boxes

        async def run() -> Packed:
            return await pack_boxes(batch=code, boxes=count, actor=actor)

        await once(given.key, Packed, run, tag=Tag.BATCH_PACK, actor=actor, subject=code)
        return redirect(f"/station/{code}/packing")

    @post("/packing/loose", status_code=303)
    async def loose(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, CartonBoxes)
        if form.value is None:
            return redirect(f"/station/{code}/packing")
        given = form.value

        async def run() -> Packed:
            return await carton_boxes(batch=code, boxes=given.boxes, actor=actor)

        done = await once(given.key, Packed, run, tag=Tag.BATCH_PACK, actor=actor, subject=code)
        return redirect(f"/station/{code}/packing?done={done.carton}")

    @post("/packing/{carton:str}/unpack", status_code=303)
    async def unpack(
        self, request: Incoming, code: FromPath[str], carton: FromPath[str], actor: NamedDependency[Actor]
    ) -> Answer:
        form = await read_form(request, WithReason)
        if form.value is None:
            return redirect(f"/station/{code}/packing")
        given = form.value

        async def run() -> Packed:
            return await unpack_carton(carton=carton, reason=given.reason, actor=actor)

        await once(given.key, Packed, run, tag=Tag.BATCH_UNPACK, actor=actor, subject=carton)
        return redirect(f"/station/{code}/packing")


def _issued(done: Issued) -> Done:
    """The green card: what went in, what is left of it, and the way back."""
    facts = {"code": done.code, "n": plain(done.quantity), "unit": measure_word(done.unit)}
    left = _("{item}; {left} {unit} left of it.", item=done.item, left=plain(done.left), unit=measure_word(done.unit))
    waits = _("{item}; released on condition: the batch waits for its result.", item=done.item)
    return Done(
        text=_("{code} issued: {n} {unit}", **facts),
        detail=waits if done.conditional else left,
        undo=Undo(f"/station/{done.batch}/return", _("Undo"), {"code": done.code, "quantity": plain(done.quantity)}),
    )


async def _issue_page(code: str, form: Form[Any]) -> IssuePage:
    batch = await batch_by_code(code)
    issued = await issues_of(batch.id)
    stock = await candidates([item.material for item in batch.bill], await now(), limit=4, change=batch.change)
    lines = [
        IssueLine(
            item=item,
            needed=item.needed(batch.planned),
            issued=sum((row.quantity for row in issued if row.material == item.material), Decimal(0)),
            next=stock[item.material][0] if stock[item.material] else None,
            others=stock[item.material][1:],
        )
        for item in batch.bill
    ]
    return IssuePage(batch, lines, issued, form)


async def _return_page(code: str, form: Form[Any]) -> ReturnPage:
    batch = await batch_by_code(code)
    places = [Option(one.code, f"{one.code} {one.name}") for one in await locations(kinds=RETURN_TO)]
    return ReturnPage(batch, await issues_of(batch.id), form, places)


async def _output_page(code: str, kind: OutputKind, form: Form[Any], done: int | None = None) -> OutputStationPage:
    batch = await batch_by_code(code)
    entries = await outputs_of(batch.id)
    totals = await output_totals(batch.id)
    per_box = batch.packing[0]
    kinds = [
        Task(f"{batch.station}/output?kind={other}", other.label, "point", None, other.tone)
        for other in OutputKind
        if batch.state is not BatchState.COMPLETE or other in KEPT
    ]
    return OutputStationPage(
        batch=batch,
        totals=totals,
        entries=entries[:LATEST],
        form=form,
        kind=kind,
        kinds=kinds,
        reasons=[Option(str(reason), reason.label) for reason in ScrapReason],
        step=per_box if kind is OutputKind.GOOD and per_box else 1,
        done=next((entry for entry in entries if entry.id == done), None),
    )


async def _pack_page(code: str, form: Form[Any], done: str | None = None) -> PackPage:
    batch = await batch_by_code(code)
    cartons = await cartons_of(batch.id, limit=LATEST)
    per_box, per_carton = batch.packing
    return PackPage(
        batch=batch,
        per_box=per_box,
        per_carton=per_carton,
        possible=int(batch.on_hand // per_box) if per_box else 0,
        counts=await packed_counts(batch.id),
        cartons=cartons,
        loose=await loose_boxes(batch.id),
        running=batch.state is BatchState.IN_PRODUCTION,
        form=form,
        done=next((carton for carton in cartons if carton.code == done), None),
    )
