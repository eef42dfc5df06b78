"""Values from the file of an instrument: bring it, say its columns, look, take all or nothing."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.devices.queries.instruments import instruments
from maskqms.lab.actions.files import FileKept, FileTaken, keep_file, save_columns, table_of, take_file, taken_cells
from maskqms.lab.forms import BringFile, SayColumns
from maskqms.lab.instrument_files import ColumnNames, read_lines
from maskqms.lab.pages.files import FilePage, bring_page, file_page
from maskqms.lab.queries.files import column_map, result_file
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.trace.controllers.files import attachment
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render


class FileController(Controller):
    """Files of one sheet."""

    path = "/inspections/{code:str}/files"

    @get("/")
    async def choose(self, code: FromPath[str]) -> Template:
        return render("lab/bring_file.html", bring_page(await inspection(code), await instruments(), blank()))

    @post("/")
    async def bring(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, BringFile)
        if form.value is None:
            page = bring_page(await inspection(code), await instruments(), form)
            return render("lab/bring_file.html", page, status=422)
        given = form.value
        name, content = given.file.filename, await given.file.read()

        async def run() -> FileKept:
            return await keep_file(code, instrument=given.instrument, name=name, content=content, actor=actor)

        kept = await once(given.key, FileKept, run, tag=Tag.RESULT_FILE, actor=actor, subject=code)
        return redirect(f"/inspections/{code}/files/{kept.file}")

    @get("/{file:int}")
    async def show(self, code: FromPath[str], file: FromPath[int], actor: NamedDependency[Actor]) -> Template:
        return render("lab/file.html", await _page(code, file, actor))

    @get("/{file:int}/original")
    async def original(self, code: FromPath[str], file: FromPath[int]) -> Response[bytes]:
        row = await result_file(code, file)
        return attachment(row.content, "application/octet-stream", row.name)

    @post("/{file:int}/columns")
    async def columns(
        self, request: Request[Any, Any, Any], code: FromPath[str], file: FromPath[int], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, SayColumns)
        if form.value is None:
            return render("lab/file.html", await _page(code, file, actor, form), status=422)
        given = ColumnNames(**form.value.model_dump(exclude={"key"}))

        async def run() -> str:
            return (await save_columns(code, file, columns=given, actor=actor)).value

        await once(form.value.key, str, run, tag=Tag.COLUMN_MAP, actor=actor, subject=code)
        return redirect(f"/inspections/{code}/files/{file}")

    @post("/{file:int}/take")
    async def take(
        self, request: Request[Any, Any, Any], code: FromPath[str], file: FromPath[int], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, SayColumns)
        if form.value is None:
            return render("lab/file.html", await _page(code, file, actor, form), status=422)
        given = ColumnNames(**form.value.model_dump(exclude={"key"}))

        async def run() -> FileTaken:
            return await take_file(code, file, columns=given, actor=actor)

        await once(form.value.key, FileTaken, run, tag=Tag.RESULT_IMPORT, actor=actor, subject=code)
        return redirect(f"/inspections/{code}")


async def _page(code: str, file: int, actor: Actor, form: Form[Any] | None = None) -> FilePage:
    found = await sheet(code)
    kept = await result_file(code, file)
    table = table_of(kept.name, kept.content)
    saved = await column_map(kept.instrument)
    taken = frozenset() if kept.taken else taken_cells(found)
    read = None if saved is None else read_lines(table, saved.columns, found.inspection.plan, taken)
    return file_page(found.inspection, kept, table, saved, read, actor, form)
