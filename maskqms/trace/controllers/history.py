"""Bring in history from a browser: the files, every fault at once, and the template to start from."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.guards import requires
from maskqms.actor import Actor, Role
from maskqms.db.clock import now
from maskqms.errors import NotFound
from maskqms.trace.controllers.traces import attachment
from maskqms.trace.exports import CSV, XLSX, to_csv
from maskqms.trace.forms import ImportHistory
from maskqms.trace.importer.layout import FILES
from maskqms.trace.importer.load import import_history
from maskqms.trace.importer.uploads import files_of, template_workbook, template_zip
from maskqms.trace.pages.history import import_page
from maskqms.trace.queries.imports import imports
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import render

LARGEST_UPLOAD = 1_000_000_000
"""Bytes; a million links are some seventy million."""


class ImportController(Controller):
    path = "/import"
    guards = [requires(Role.QUALITY, Role.PLANT_MANAGER, Role.ADMINISTRATOR)]

    @get("/")
    async def show(self) -> Template:
        return render("trace/import.html", import_page(blank(), await imports()))

    @post("/", status_code=200, request_max_body_size=LARGEST_UPLOAD)
    async def load(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Template:
        form: Form[ImportHistory] = await read_form(request, ImportHistory)
        if form.value is None:
            return render("trace/import.html", import_page(form, await imports()), status=422)
        uploads = [(file.filename, await file.read()) for file in form.value.files]
        outcome = await import_history(files_of(uploads), actor=actor)
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
