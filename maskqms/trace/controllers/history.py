"""Bring in history from a browser: the files, every fault at once, and the template to start from."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import now
from maskqms.errors import NotFound
from maskqms.trace.controllers.files import attachment
from maskqms.trace.exports import CSV, XLSX, to_csv
from maskqms.trace.forms import ImportHistory
from maskqms.trace.importer.layout import FILES
from maskqms.trace.importer.load import Checked, Imported, check_files, load_checked, may_import
from maskqms.trace.importer.uploads import files_of, template_workbook, template_zip
from maskqms.trace.pages.history import import_page
from maskqms.trace.queries.imports import import_by_id, imports
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.guards import requires
from maskqms.web.pages import render

LARGEST_UPLOAD = 1_000_000_000
"""Bytes; a million links are some seventy million."""


class ImportController(Controller):
    path = "/import"

    @get("/", guards=[requires(Role.QUALITY, Role.PLANT_MANAGER)])
    async def show(self) -> Template:
        return render("trace/import.html", import_page(blank(), await imports()))

    @post("/", status_code=200, request_max_body_size=LARGEST_UPLOAD)
    async def load(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Template:
        await may_import(actor)
        form: Form[ImportHistory] = await read_form(request, ImportHistory)
        if form.value is None:
            return render("trace/import.html", import_page(form, await imports()), status=422)
        uploads = [(file.filename, await file.read()) for file in form.value.files]
        outcome = await _once(form.value.key, await check_files(files_of(uploads)), actor)
        page = import_page(blank(), await imports(), outcome, await now())
        return render("trace/import.html", page, status=422 if outcome.faults else 200)

    @get("/template/{form:str}")
    async def template(self, form: FromPath[str]) -> Response[bytes]:
        """A workbook, or the CSV files in a zip, with an example row each."""
        if form == "xlsx":
            return attachment(template_workbook(), XLSX, "maskqms-history.xlsx")
        if form == "zip":
            return attachment(template_zip(), "application/zip", "maskqms-history.zip")
        layout = next((layout for layout in FILES if layout.name == f"{form}.csv"), None)
        if layout is None:
            raise NotFound(form)
        return attachment(to_csv(layout.columns, [layout.example]), CSV, layout.name)


class _NotLoaded(Exception):
    """Faults are no answer to keep under the client's key: the mended files may come under the same one."""

    def __init__(self, outcome: Imported) -> None:
        super().__init__()
        self.outcome = outcome


async def _once(key: str, checked: Checked, actor: Actor) -> Imported:
    """Load under the client's key; sent again, the first outcome is shown again, its warnings by their number only."""
    done: list[Imported] = []

    async def run() -> int:
        outcome = await load_checked(checked, actor=actor)
        if outcome.import_id is None:
            raise _NotLoaded(outcome)
        done.append(outcome)
        return outcome.import_id

    try:
        number = await once(key, int, run, tag=Tag.HISTORY_IMPORT, actor=actor)
    except _NotLoaded as refused:
        return refused.outcome
    if done:
        return done[0]
    first = await import_by_id(number)
    return Imported(number, first.loaded, first.digests, first.rows_digest, [], [])
