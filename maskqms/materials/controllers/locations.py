"""The register of places at the desk, storage limits and readings, and the lists of what is to be moved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import now
from maskqms.materials.actions.conditions import Recorded, record_readings, set_storage_limits
from maskqms.materials.actions.locations import enter_location, set_location_active
from maskqms.materials.actions.place_labels import print_place_label
from maskqms.materials.pages.conditions import ExcursionPage, storage_page
from maskqms.materials.pages.warehouse import (
    PAGE_SIZE,
    LocationPage,
    location_page,
    locations_page,
    to_move_page,
)
from maskqms.materials.queries.conditions import (
    affected,
    excursion,
    excursions,
    limits_of_place,
    material_limits,
    place_conditions,
    readings_of,
)
from maskqms.materials.queries.locations import location_by_code, locations, misplaced, moves, units_in, unplaced
from maskqms.materials.rules.conditions import Reading
from maskqms.materials.stock_forms import (
    EnterLocation,
    LocationActive,
    SetStorageLimits,
    UploadReadings,
    WriteReading,
    read_logger_file,
)
from maskqms.materials.stock_states import ReadingSource
from maskqms.settings import settings
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render

Incoming = Request[Any, Any, Any]
LARGEST_FILE = 5_000_000


class LocationController(Controller):
    path = "/locations"

    @get("/")
    async def list(self, actor: NamedDependency[Actor]) -> Template:
        rows = await locations(closed=True)
        return render("materials/locations.html", locations_page(rows, blank(), actor))

    @post("/", status_code=303)
    async def enter(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, EnterLocation)
        if form.value is None:
            rows = await locations(closed=True)
            return render("materials/locations.html", locations_page(rows, form, actor), status=422)
        given = form.value

        async def run() -> str:
            return (await enter_location(**given.model_dump(exclude={"key"}), actor=actor)).code

        code = await once(given.key, str, run, tag=Tag.LOCATION_ENTER, actor=actor, subject=given.code)
        return redirect(f"/locations/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/location.html", await _page(code, actor))

    @post("/{code:str}/active", status_code=303)
    async def active(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, LocationActive)
        if form.value is None:
            return redirect(f"/locations/{code}")
        given = form.value

        async def run() -> bool:
            return (await set_location_active(code, active=given.active, actor=actor)).active

        await once(given.key, bool, run, tag=Tag.LOCATION_STATE, actor=actor, subject=code)
        return redirect(f"/locations/{code}")

    @post("/{code:str}/limits", status_code=303)
    async def limits(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SetStorageLimits)
        if form.value is None:
            return render("materials/location.html", await _page(code, actor, form), status=422)
        given = form.value

        async def run() -> None:
            await set_storage_limits(given.limits, basis=given.basis, location=code, actor=actor)

        await once(given.key, type(None), run, tag=Tag.STORAGE_LIMIT, actor=actor, subject=code)
        return redirect(f"/locations/{code}")

    @post("/{code:str}/readings", status_code=303)
    async def reading(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, WriteReading)
        if form.value is None:
            return render("materials/location.html", await _page(code, actor, form), status=422)
        given = form.value
        one = Reading(_here(given.at) if given.at else await now(), given.temperature, given.humidity)

        async def run() -> Recorded:
            return await record_readings(code, [one], actor=actor)

        done = await once(given.key, Recorded, run, tag=Tag.STORAGE_READ, actor=actor, subject=code)
        return _after(done, code)

    @post("/{code:str}/readings/file", status_code=303, request_max_body_size=LARGEST_FILE)
    async def file(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, UploadReadings)
        content = b"" if form.value is None else await form.value.file.read()
        readings, fault = read_logger_file(content) if form.value is not None else ([], None)
        if fault is not None:
            form.add_error("file", fault)
        if form.value is None:
            return render("materials/location.html", await _page(code, actor, form), status=422)
        given, digest = form.value, sha256(content).hexdigest()

        async def run() -> Recorded:
            return await record_readings(code, readings, source=ReadingSource.FILE, digest=digest, actor=actor)

        done = await once(given.key, Recorded, run, tag=Tag.STORAGE_READ, actor=actor, subject=code)
        return _after(done, code)

    @post("/{code:str}/label", status_code=200)
    async def label(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Response[bytes]:
        pdf = await print_place_label(code, actor=actor)
        return Response(
            pdf, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{code}.pdf"'}
        )


class ToMoveController(Controller):
    """What stands wrong and what nobody put away yet."""

    path = "/stock"

    @get("/to-move")
    async def to_move(self, page: FromQuery[int] = 1) -> Template:
        return await _to_move(page, 1)

    @get("/to-put-away")
    async def to_put_away(self, page: FromQuery[int] = 1) -> Template:
        return await _to_move(1, page)


class StorageController(Controller):
    """Temperature and humidity of all places, limits of materials, excursions."""

    path = "/storage"

    @get("/")
    async def show(self, actor: NamedDependency[Actor]) -> Template:
        return render("materials/storage.html", await _storage(actor, blank()))

    @post("/limits", status_code=303)
    async def limits(self, request: Incoming, actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SetStorageLimits)
        if form.value is None or not form.value.material:
            return render("materials/storage.html", await _storage(actor, form), status=422)
        given = form.value

        async def run() -> None:
            await set_storage_limits(given.limits, basis=given.basis, material=given.material, actor=actor)

        await once(given.key, type(None), run, tag=Tag.STORAGE_LIMIT, actor=actor, subject=given.material)
        return redirect("/storage")

    @get("/excursions/{code:str}")
    async def excursion(self, code: FromPath[str]) -> Template:
        row = await excursion(code)
        return render("materials/excursion.html", ExcursionPage(row, await affected(row.units)))


def _here(at: datetime) -> datetime:
    """A moment typed without a zone is of the factory's wall."""
    return at if at.tzinfo else at.replace(tzinfo=settings().timezone)


def _after(done: Recorded, code: str) -> Response[None]:
    return redirect(f"/storage/excursions/{done.excursion}" if done.excursion else f"/locations/{code}")


async def _page(code: str, actor: Actor, form: Form[Any] | None = None) -> LocationPage:
    """The form of the limits starts from those in force, so that changing one side keeps the others."""
    place = await location_by_code(code)
    limits = await limits_of_place(place.id)
    return location_page(
        place,
        await units_in(place.code),
        limits,
        await readings_of(place.id),
        await excursions(location=place.id, limit=10),
        await moves(location=place.id),
        await now(),
        form or blank(**(asdict(limits[0].limits) if limits else {})),
        actor=actor,
        may_limit=actor.has(Role.QUALITY),
    )


async def _to_move(page: int, waiting_page: int) -> Template:
    at, first, second = await now(), max(1, page), max(1, waiting_page)
    wrong = await misplaced(at, limit=PAGE_SIZE, offset=(first - 1) * PAGE_SIZE)
    waiting = await unplaced(limit=PAGE_SIZE, offset=(second - 1) * PAGE_SIZE)
    return render("materials/to_move.html", to_move_page(wrong, waiting, first, second, at))


async def _storage(actor: Actor, form: Form[Any]) -> Any:
    places, materials = await place_conditions(), await material_limits()
    return storage_page(places, materials, await excursions(), form, may_limit=actor.has(Role.QUALITY))
