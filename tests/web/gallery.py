"""Every shell and part with sample data: what the front end's tests walk, and what a person looks at.

`python -m granian --interface asgi --port 8765 --working-dir tests/web gallery:app` shows it in a browser.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.plugins.htmx import HTMXPlugin
from litestar.response import Template

from maskqms.errors import NotFound, Reason, Refused
from maskqms.i18n import _
from maskqms.web import templates
from maskqms.web.assets import static_router
from maskqms.web.controllers import web_router
from maskqms.web.errors import exception_handlers
from maskqms.web.forms import blank, read_form
from maskqms.web.pages import TodayPage, redirect, render
from maskqms.web.parts import (
    Done,
    Grid,
    GridCell,
    GridCellPage,
    Row,
    Section,
    Undo,
)
from maskqms.web.requests import note_answer, number_requests
from maskqms.web.scan import ScannedCode, read_scan
from maskqms.web.security import csrf_config, protect
from maskqms.workflow import Tone
from tests.web.gallery_samples import CHART, GRID_ROWS, NOW, PERSON, REASONS, GalleryPage, LotState, Receive

Incoming = Request[Any, Any, Any]


class Gallery:
    """The application, and what it was told: scans, cells, acts."""

    def __init__(self) -> None:
        self.scans: list[tuple[ScannedCode, str]] = []
        self.cells: list[tuple[str, int, str]] = []
        self.acts: list[dict[str, str]] = []
        self.slow = 0.0
        self.signed_in = True
        self.app = Litestar(
            [*self.pages(), *self.posts(), web_router(), static_router()],
            template_config=templates.template_config(),
            plugins=[HTMXPlugin()],
            csrf_config=csrf_config("x" * 32),
            middleware=[number_requests, self.sign_in],
            before_send=[protect, note_answer],
            exception_handlers=exception_handlers(),
            openapi_config=None,
        )

    def sign_in(self, app: Any) -> Any:
        async def signed_in(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and self.signed_in:
                scope["user"] = PERSON
            await app(scope, receive, send)

        return signed_in

    def pages(self) -> list[Any]:
        def shows(path: str, name: str, **facts: Any) -> Any:
            @get(path, name=f"gallery-{name}-{path}", sync_to_thread=False)
            def show() -> Template:
                return render(f"gallery/{name}", GalleryPage(**facts))

            return show

        @get("/")
        async def today() -> Template:
            waiting = [
                Row("IN-20261121-004", "/grid", _("Meltblown 25 g, lot B20261118"), LotState.QUARANTINE, NOW),
                Row("MB-20261120-02", "/gate", _("Surgical mask, review"), LotState.IN_PROCESS, NOW - timedelta(1)),
            ]
            sections = [
                Section(_("Waits for me"), waiting, _("Nothing waits.")),
                Section(_("Expires soon"), [], _("Nothing expires in the next 30 days."), icon="clock-exclamation"),
            ]
            return render("web/today.html", TodayPage(_("Good morning"), NOW, sections))

        @get("/crash")
        async def crash() -> Template:
            raise RuntimeError("on purpose")

        @get("/refused")
        async def refused() -> Template:
            raise Refused(_("The delivery was not received"), REASONS)

        return [
            today,
            crash,
            refused,
            shows("/record", "record.html"),
            shows("/form", "form.html", form=blank(material="M-MB-25", quantity=Decimal("100.0"), tests=["pfe"])),
            shows("/station", "tiles.html"),
            shows("/station/issue", "station.html", form=blank(good=Decimal(4800))),
            shows("/grid", "grid.html", grid=Grid("/grid", GRID_ROWS, 3, _("Worksheet")), chart=CHART),
            shows("/gate", "gate.html"),
            shows("/paper", "print.html"),
            shows("/sign-in", "signin.html"),
            shows("/empty", "empty.html"),
        ]

    def posts(self) -> list[Any]:
        @post("/form", status_code=200)
        async def receive(request: Incoming) -> Template | Response[Any]:
            form = await read_form(request, Receive)
            if form.value is None:
                return render("gallery/form.html", GalleryPage(form=form), status=422)
            self.acts.append({"key": form.value.key, "note": form.value.note or ""})
            if form.value.note == "refuse":
                raise Refused(_("The delivery was not received"), REASONS)
            return redirect("/record")

        @post("/sign", status_code=200)
        async def sign(request: Incoming) -> Response[Any]:
            posted = await request.form()
            self.acts.append({name: str(posted[name]) for name in ("username", "password", "digest", "key")})
            if posted["password"] != "right":
                reason = Reason("signature.password", _("The password is wrong."), _("Two more tries are left."))
                raise Refused(_("Not signed"), [reason])
            return redirect("/gate")

        @post("/scan", status_code=200)
        async def scan(request: Incoming) -> Template:
            if not self.signed_in:
                raise NotAuthorizedException
            posted = await request.form()
            code = read_scan(str(posted["code"]))
            self.scans.append((code, str(posted["key"])))
            await asyncio.sleep(self.slow)
            if code.text.startswith("BAD"):
                raise Refused(_("Roll {code} was not issued", code=code.text), REASONS)
            if code.text.startswith("?"):
                raise NotFound(code.text)
            done = Done(_("Roll {code} issued", code=code.text), "1,250.5 m", Undo("/scan", _("Undo"), {"code": "x"}))
            return render("_parts/_done.html", done, trigger="issued")

        @post("/grid", status_code=200)
        async def cell(request: Incoming) -> Template:
            posted = await request.form()
            row = next(row for row in GRID_ROWS if row.test == posted["test"])
            number, value, place = int(posted["specimen"]), str(posted["value"]), int(posted["row"])
            self.cells.append((row.test, number, value))
            try:
                good = value == "pass" if row.choices else Decimal(value) <= 49
            except InvalidOperation:
                wrong = GridCell(number, value, error=_("Type a number, such as 12.5."))
                return render("_parts/_cell.html", GridCellPage(row, wrong, place), status=422)
            judged = GridCell(number, value, Tone.OK if good else Tone.STOP, _("pass") if good else _("fail"))
            return render("_parts/_cell.html", GridCellPage(row, judged, place))

        return [receive, sign, scan, cell]


def make_gallery() -> Gallery:
    jinja = templates.environment()
    if not isinstance(jinja.loader, ChoiceLoader):
        jinja.loader = ChoiceLoader([jinja.loader, PrefixedPages()])  # type: ignore[list-item]
    return Gallery()


class PrefixedPages(FileSystemLoader):
    """`gallery/x.html` lies beside this file."""

    def __init__(self) -> None:
        super().__init__(Path(__file__).parent / "gallery_pages")

    def get_source(self, environment: Any, template: str) -> Any:
        return super().get_source(environment, template.removeprefix("gallery/"))


def __getattr__(name: str) -> Any:
    if name == "app":
        return make_gallery().app
    raise AttributeError(name)
