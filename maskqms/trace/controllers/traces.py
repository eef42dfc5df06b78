"""Ask where a unit went or what is in it: the picture, the tables, their exports, and the same as JSON."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.errors import NotFound
from maskqms.i18n import set_locale
from maskqms.trace.controllers.files import FILE_FORMS, as_file
from maskqms.trace.genealogy import draw
from maskqms.trace.moments import moment_of
from maskqms.trace.pages.traces import Question, TracePage, trace_page
from maskqms.trace.queries.answer import Trace
from maskqms.trace.queries.document import as_json
from maskqms.trace.queries.neighbours import consignee_names, held_codes, suppliers_of
from maskqms.trace.queries.tables import Filter, View, rows_of
from maskqms.trace.queries.traversal import trace
from maskqms.trace.queries.units import resolve_scan, unit_by_id
from maskqms.trace.states import Direction
from maskqms.web.forms import blank, chosen
from maskqms.web.locale import choose_locale
from maskqms.web.pages import render
from maskqms.web.scan import read_scan


async def _question(
    code: str, direction: str, as_of: str, prove: bool, view: str, kind: str, text: str, page: int
) -> Question:
    """What is asked, with the unit's own code where a label's code was scanned."""
    unit = await resolve_scan(read_scan(code))
    return Question(
        code=code.strip() if unit is None else unit.code,
        direction=chosen(Direction, direction) or Direction.FORWARD,
        as_of=as_of.strip(),
        prove=prove,
        chosen=Filter(chosen(View, view) or View.UNITS, kind, text.strip()),
        page=max(1, page),
    )


async def _answer(question: Question) -> Trace:
    return await trace(question.code, question.direction, as_of=moment_of(question.as_of), prove=question.prove)


class TraceController(Controller):
    path = "/trace"

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        code: FromQuery[str] = "",
        direction: FromQuery[str] = "",
        as_of: FromQuery[str] = "",
        prove: FromQuery[bool] = False,
        view: FromQuery[str] = "",
        kind: FromQuery[str] = "",
        text: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        set_locale(choose_locale(request))
        if not code.strip():
            return render("trace/ask.html", TracePage(form=blank(direction=str(Direction.FORWARD))))
        question = await _question(code, direction, as_of, prove, view, kind, text, page)
        answer = await _answer(question)
        held = await held_codes(answer.ids)
        names = await consignee_names(shipment.consignee for shipment in answer.shipments)
        picture = draw(answer, suppliers=await suppliers_of(answer.ids), held=held)
        root = await unit_by_id(answer.root_id)
        return render("trace/ask.html", trace_page(question, answer, root, picture, held, names))

    @get("/table/{form:str}")
    async def take_along(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        form: FromPath[str],
        code: FromQuery[str],
        direction: FromQuery[str] = "",
        as_of: FromQuery[str] = "",
        prove: FromQuery[bool] = False,
        view: FromQuery[str] = "",
        kind: FromQuery[str] = "",
        text: FromQuery[str] = "",
    ) -> Response[bytes]:
        """The filtered table as a file."""
        if form not in FILE_FORMS:
            raise NotFound(form)
        set_locale(choose_locale(request))
        question = await _question(code, direction, as_of, prove, view, kind, text, 1)
        answer = await _answer(question)
        rows = rows_of(answer, question.chosen)
        name = f"{question.code}-{question.chosen.view}"
        file = as_file(question.chosen.view, rows, form, name)
        asked = {"direction": question.direction, "as_of": question.as_of or None, "kind": kind, "text": text}
        await record_export(file.content, name=f"{name}.{form}", subject=question.code, actor=actor, asked=asked)
        return file


@get("/api/v1/trace/{code:path}")
async def trace_api(
    code: FromPath[str],
    direction: FromQuery[str] = "",
    as_of: FromQuery[str] = "",
    prove: FromQuery[bool] = False,
) -> dict[str, Any]:
    """The document of `maskqms trace --json`."""
    asked = chosen(Direction, direction) or Direction.FORWARD
    return as_json(await trace(code.removeprefix("/"), asked, as_of=moment_of(as_of), prove=prove))
