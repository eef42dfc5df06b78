"""The queue of inspections, the worksheet, and one cell of it."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.devices.queries.instruments import instruments
from maskqms.devices.queries.readings import offer
from maskqms.errors import NotFound
from maskqms.lab.actions.enter import CellAnswer, enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.actions.instrument import take_reading, wait_for_instrument
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.forms import (
    CorrectValue,
    EnterValue,
    Finish,
    SendBack,
    SignReview,
    TakeReading,
    WaitForInstrument,
)
from maskqms.lab.investigation_controllers import InvestigationController, RecheckController
from maskqms.lab.outside_controllers import AroundController, LaboratoryController
from maskqms.lab.pages.cell import CellPage, OfferPage, cell_page
from maskqms.lab.pages.queue import PAGE_SIZE, inspections_page
from maskqms.lab.pages.worksheet import grid_cell, grid_row, verdicts_page
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.inspections import inspection, inspections
from maskqms.lab.queries.sheets import Sheet, sheet
from maskqms.lab.rules import target_of, value_fault
from maskqms.lab.showing import asked_about, shown_inspection
from maskqms.lab.states import InspectionState
from maskqms.web.forms import Form, blank, chosen, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import GridCell, GridCellPage

StateQuery = Annotated[str, QueryParameter(name="state")]
"""`state` itself is a name the framework keeps for its own."""


class InspectionController(Controller):
    """List and worksheet."""

    path = "/inspections"

    @get("/")
    async def list(self, state_code: StateQuery = "", text: FromQuery[str] = "", page: FromQuery[int] = 1) -> Template:
        wanted, number = chosen(InspectionState, state_code), max(1, page)
        found = await inspections(state=wanted, text=text.strip() or None, page=number, size=PAGE_SIZE)
        return render("lab/list.html", inspections_page(found, wanted, text.strip() or None, number))

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("lab/inspection.html", await shown_inspection(code, actor))

    @get("/{code:str}/verdicts")
    async def verdicts(self, code: FromPath[str]) -> Template:
        return render("lab/_changed.html", verdicts_page(await sheet(code)))

    @post("/{code:str}/results", status_code=200)
    async def enter(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        """One cell: the same cell again, judged, or with what is wrong with it."""
        form = await read_form(request, EnterValue)
        row = await inspection(code)
        test = _test(row.plan.test(form.text("test")), form.text("test"))
        if form.value is not None and (fault := value_fault(test, form.value.value)):
            form.add_error("value", fault)
        if form.value is None:
            return _cell_again(await sheet(code), test, form)
        given = form.value

        async def run() -> CellAnswer:
            return await enter_result(
                code,
                test=given.test,
                specimen=given.specimen,
                value=given.value,
                instrument=given.instrument,
                actor=actor,
            )

        await once(given.key, CellAnswer, run, tag=Tag.RESULT_ENTER, actor=actor, subject=code)
        found = await sheet(code)
        cell = grid_cell(found.current(given.test, given.specimen), given.specimen)
        page = GridCellPage(grid_row(found, test), cell, given.row)
        return render("_parts/_cell.html", page, trigger="inspection-changed")

    @post("/{code:str}/finish")
    async def finish(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, Finish)
        key = form.value.key if form.value else ""

        async def run() -> str:
            return (await finish_entry(code, actor=actor)).code

        await once(key, str, run, tag=Tag.INSPECTION_FINISH, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")

    @post("/{code:str}/review")
    async def review(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SignReview)
        if form.value is None:
            return render("lab/inspection.html", await shown_inspection(code, actor), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            return (await review_inspection(code, digest=given.digest, signer=signer)).code

        await once(given.key, str, run, tag=Tag.INSPECTION_REVIEW, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")

    @post("/{code:str}/send-back")
    async def back(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SendBack)
        if form.value is None:
            return render("lab/inspection.html", await shown_inspection(code, actor, form), status=422)
        given = form.value

        async def run() -> str:
            return (await send_back(code, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.INSPECTION_SEND_BACK, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")


class CellController(Controller):
    """One cell: its history, a correction with its reason, a value from an instrument."""

    path = "/inspections/{code:str}/cells/{test:str}/{specimen:int}"

    @get("/")
    async def show(
        self, code: FromPath[str], test: FromPath[str], specimen: FromPath[int], actor: NamedDependency[Actor]
    ) -> Template:
        return render("lab/cell.html", await _cell(code, test, specimen, actor))

    @post("/")
    async def correct(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        test: FromPath[str],
        specimen: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, CorrectValue)
        if form.value is not None:
            planned = _test((await inspection(code)).plan.test(test), test)
            if fault := value_fault(planned, form.value.value):
                form.add_error("value", fault)
        if form.value is None:
            return render("lab/cell.html", await _cell(code, test, specimen, actor, form), status=422)
        given = form.value

        async def run() -> CellAnswer:
            return await enter_result(
                code,
                test=test,
                specimen=specimen,
                value=given.value,
                instrument=given.instrument,
                reason=given.reason,
                actor=actor,
            )

        await once(given.key, CellAnswer, run, tag=Tag.RESULT_CORRECT, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")

    @post("/wait")
    async def wait(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        test: FromPath[str],
        specimen: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, WaitForInstrument)
        if form.value is None:
            return render("lab/cell.html", await _cell(code, test, specimen, actor, form), status=422)
        await wait_for_instrument(code, test=test, specimen=specimen, instrument=form.value.instrument, actor=actor)
        return redirect(f"/inspections/{code}/cells/{test}/{specimen}")

    @get("/offer")
    async def offered(
        self, code: FromPath[str], test: FromPath[str], specimen: FromPath[int], actor: NamedDependency[Actor]
    ) -> Template:
        """What the instrument shows now; asked every second by the page."""
        found = await sheet(code)
        page = OfferPage(
            await offer(target_of(code, test, specimen), actor=actor),
            f"/inspections/{code}/cells/{test}/{specimen}",
            found.current(test, specimen) is not None,
            blank(),
        )
        return render("lab/_offer.html", page)

    @post("/take")
    async def take(
        self,
        request: Request[Any, Any, Any],
        code: FromPath[str],
        test: FromPath[str],
        specimen: FromPath[int],
        actor: NamedDependency[Actor],
    ) -> Any:
        form = await read_form(request, TakeReading)
        if form.value is None:
            return render("lab/cell.html", await _cell(code, test, specimen, actor, form), status=422)
        given = form.value

        async def run() -> CellAnswer:
            return await take_reading(
                code, test=test, specimen=specimen, reading=given.reading, reason=given.reason, actor=actor
            )

        await once(given.key, CellAnswer, run, tag=Tag.RESULT_ENTER, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")


def _test(found: PlannedTest | None, code: str) -> PlannedTest:
    if found is None:
        raise NotFound(code)
    return found


def _cell_again(found: Sheet, test: PlannedTest, form: Form[Any]) -> Template:
    """The cell as it was typed, with what is wrong."""
    number = form.text("row")
    specimen = int(form.text("specimen")) if form.text("specimen").isdecimal() else 1
    words = next(iter(form.errors.values()))
    cell = GridCell(specimen, form.text("value"), error=words)
    page = GridCellPage(grid_row(found, test), cell, int(number) if number.isdecimal() else 0)
    return render("_parts/_cell.html", page, status=422)


async def _cell(code: str, test: str, specimen: int, actor: Actor, form: Form[Any] | None = None) -> CellPage:
    found = await sheet(code)
    planned = _test(found.inspection.plan.test(test), f"{code}/{test}")
    if not 1 <= specimen <= planned.cells:
        raise NotFound(f"{code}/{test}/{specimen}")
    waiting = await offer(target_of(code, test, specimen), actor=actor)
    return cell_page(found, planned, specimen, actor, await instruments(), waiting, await asked_about(found), form)


router = Router(
    path="/",
    route_handlers=[
        InspectionController,
        AroundController,
        CellController,
        InvestigationController,
        RecheckController,
        LaboratoryController,
    ],
)
