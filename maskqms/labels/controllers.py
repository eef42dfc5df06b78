"""`/labels/<code>`: the label as it would be printed now, and printing it, which is an act."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Controller, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.errors import Reason, Refused
from maskqms.labels.actions import may_print, print_labels
from maskqms.labels.content import Label
from maskqms.labels.forms import PrintLabel
from maskqms.labels.layouts import placed
from maskqms.labels.pages import LabelPage, label_page
from maskqms.labels.queries import label_for, printing
from maskqms.labels.rendering import Form, render
from maskqms.labels.symbols import Dpi
from maskqms.labels.units import Printing, goods_blockers
from maskqms.trace.queries.units import UnitRow, unit_by_code
from maskqms.web.forms import Form as WebForm
from maskqms.web.forms import blank, read_form
from maskqms.web.pages import render as page


class LabelController(Controller):
    """One unit's label: look at it, then print it."""

    path = "/labels"

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return page("labels/label.html", await _page(code, actor, blank(dpi=Dpi.D203.value)))

    @get("/{code:str}/preview.png")
    async def preview(self, code: FromPath[str]) -> Response[bytes]:
        """The picture for the screen; looking at a label is no print."""
        how = await printing()
        label = await label_for(await unit_by_code(code), how)
        png = await asyncio.to_thread(render, label, Form.PNG, base=how.base_url, dpi=Dpi.D300)
        return Response(png, media_type=Form.PNG.media_type)

    @post("/{code:str}/print", status_code=200)
    async def print(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, PrintLabel)
        if form.value is None:
            return page("labels/label.html", await _page(code, actor, form), status=422)
        given = form.value
        printed = await print_labels([code], **given.model_dump(), actor=actor)
        name = f"{code}.{given.form}".encode("ascii", "replace").decode().replace('"', "")
        return Response(
            printed.files[0],
            media_type=given.form.media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


async def _page(code: str, actor: Actor, form: WebForm[Any]) -> LabelPage:
    how = await printing()
    unit = await unit_by_code(code)
    label, reasons = await _judged(unit, how)
    return label_page(
        unit, label, reasons, may_print=not may_print(actor), may_link=how.public_url is not None, form=form
    )


async def _judged(unit: UnitRow, how: Printing) -> tuple[Label | None, list[Reason]]:
    """The label, and everything that forbids printing it, for showing before somebody tries."""
    try:
        label = await label_for(unit, how)
    except Refused as refused:
        return None, list(refused.reasons)
    reasons = goods_blockers(unit, how.at) + label.blockers()
    try:
        if not reasons:
            placed(label, Dpi.D203, how.base_url)
    except Refused as refused:
        reasons += refused.reasons
    return label, reasons


router = Router(path="/", route_handlers=[LabelController])
