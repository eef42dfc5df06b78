"""The instruments' pages, and the one address to which gateways bring readings."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException, TooManyRequestsException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Template
from pydantic import ValidationError

from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.devices.actions.calibrate import Certificate, record_calibration, verify_instrument
from maskqms.devices.actions.gateways import GATEWAY_KEEPERS, register_gateway, renew_token, revoke_gateway
from maskqms.devices.actions.register import KEEPERS, register_instrument, set_instrument_state
from maskqms.devices.actions.store import Stored, store_readings
from maskqms.devices.forms import (
    AsFound,
    ChangeState,
    GatewayName,
    RecordCalibration,
    RecordVerification,
    RegisterGateway,
    RegisterInstrument,
    SentBatch,
)
from maskqms.devices.pages import (
    InstrumentLine,
    InstrumentPage,
    InstrumentsPage,
    RegisterInstrumentPage,
    calendar_page,
    due,
    instrument_page,
)
from maskqms.devices.queries.calibrations import calibrations_of, certificate_file, due_list, verifications_of
from maskqms.devices.queries.gateways import GatewayRow, gateway_of, gateways
from maskqms.devices.queries.instruments import instrument_by_code, instruments
from maskqms.devices.queries.readings import last_readings, lease_on
from maskqms.devices.rules import standing
from maskqms.web.errors import is_fragment
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option
from maskqms.web.security import Tries

MOST_BYTES = 4 * 1024 * 1024
"""A batch of the most readings, all of the longest, in base64."""
BATCHES = Tries(40, 1.0)
"""A gateway's posts a second and worker: a backlog passes quickly, a runaway gateway is slowed down."""


async def from_gateway(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Guard: a gateway's token, asked before anything of the body is read."""
    scheme, _space, token = connection.headers.get("authorization", "").partition(" ")
    gateway = await gateway_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if gateway is None:
        raise NotAuthorizedException(headers={"WWW-Authenticate": "Bearer"})
    if wait := BATCHES.take(gateway.name, time.monotonic()):
        raise TooManyRequestsException(headers={"Retry-After": str(int(wait) + 1)})
    connection.state.gateway = gateway


@post(
    "/api/v1/readings",
    opt={"public": True, "exclude_from_csrf": True},
    guards=[from_gateway],
    status_code=200,
    request_max_body_size=MOST_BYTES,
)
async def readings(request: Request[Any, Any, Any]) -> Stored:
    """Store a batch; the gateway may forget what is named as accepted."""
    gateway: GatewayRow = request.state.gateway
    try:
        batch = SentBatch.model_validate_json(await request.body())
    except ValidationError as fault:
        raise ClientException(detail=str(fault)) from fault
    return await store_readings(gateway, batch.readings, sent_at=batch.sent_at)


class InstrumentController(Controller):
    """The register: list, one instrument, and what its keepers enter."""

    path = "/instruments"

    @get("/")
    async def list(self, actor: NamedDependency[Actor]) -> Template:
        return render("devices/list.html", await _list_page(actor))

    @get("/calendar")
    async def calendar(self) -> Template:
        """What is due, month by month."""
        return render("devices/calendar.html", calendar_page(await due_list(), await today()))

    @get("/new")
    async def new(self) -> Template:
        return render("devices/register.html", await _register_page(blank()))

    @post("/")
    async def register(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RegisterInstrument)
        if form.value is None:
            return render("devices/register.html", await _register_page(form), status=422)
        given = form.value

        async def run() -> str:
            made = await register_instrument(**given.model_dump(exclude={"key"}), actor=actor)
            return made.code

        code = await once(given.key, str, run, tag=Tag.INSTRUMENT_REGISTER, actor=actor, subject=given.code)
        return redirect(f"/instruments/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("devices/instrument.html", await _page(code, actor))

    @post("/{code:str}/calibrations")
    async def calibrate(
        self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, RecordCalibration)
        if form.value is None:
            page = await _page(code, actor, calibration_form=form)
            return render("devices/instrument.html", page, status=422)
        given = form.value

        file = given.certificate_file
        kept = None if file is None else Certificate(file.filename, await file.read())

        async def run() -> int:
            return await record_calibration(
                code,
                done_on=given.done_on,
                passed=given.passed,
                due=given.due,
                certificate=given.certificate,
                as_found=None if given.as_found is None else given.as_found is AsFound.IN_TOLERANCE,
                laboratory=given.laboratory,
                file=kept,
                actor=actor,
            )

        await once(given.key, int, run, tag=Tag.INSTRUMENT_CALIBRATE, actor=actor, subject=code)
        return redirect(f"/instruments/{code}")

    @get("/{code:str}/calibrations/{calibration:int}/certificate")
    async def certificate(
        self, code: FromPath[str], calibration: FromPath[int], actor: NamedDependency[Actor]
    ) -> Response[bytes]:
        """The file as it came, as a download: what a certificate holds is never run by a browser."""
        found = await certificate_file(code, calibration)
        asked = {"calibration": calibration}
        await record_export(found.content, name=found.name, subject=code, actor=actor, asked=asked)
        named = f"attachment; filename*=UTF-8''{quote(found.name)}"
        return Response(found.content, media_type=found.media_type, headers={"Content-Disposition": named})

    @post("/{code:str}/verifications")
    async def verify(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RecordVerification)
        if form.value is None:
            return render("devices/instrument.html", await _page(code, actor, verification_form=form), status=422)
        given = form.value

        async def run() -> str:
            await verify_instrument(
                code, reference=given.reference, found=given.found, passed=given.passed, actor=actor
            )
            return code

        await once(given.key, str, run, tag=Tag.INSTRUMENT_VERIFY, actor=actor, subject=code)
        return redirect(f"/instruments/{code}")

    @post("/{code:str}/state")
    async def state(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ChangeState)
        if form.value is None:
            return render("devices/instrument.html", await _page(code, actor, state_form=form), status=422)
        given = form.value

        async def run() -> str:
            await set_instrument_state(code, given.state, reason=given.reason, actor=actor)
            return code

        await once(given.key, str, run, tag=Tag.INSTRUMENT_STATE, actor=actor, subject=code)
        return redirect(f"/instruments/{code}")


class GatewayController(Controller):
    """Gateways. A token is shown on the answer to the post that made it and never again, so nothing is replayed."""

    path = "/gateways"

    @post("/")
    async def register(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RegisterGateway)
        if form.value is None:
            return render("devices/list.html", await _list_page(actor, form=form), status=422)
        token = await register_gateway(form.value.name, actor=actor)
        return await _with_token(request, actor, token, form.value.name)

    @post("/token")
    async def renew(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, GatewayName)
        if form.value is None:
            return redirect("/instruments")
        token = await renew_token(form.value.name, actor=actor)
        return await _with_token(request, actor, token, form.value.name)

    @post("/revoke")
    async def revoke(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Response[None]:
        form = await read_form(request, GatewayName)
        if form.value is not None:
            await revoke_gateway(form.value.name, actor=actor)
        return redirect("/instruments")


async def _with_token(request: Request[Any, Any, Any], actor: Actor, token: str, name: str) -> Template:
    """The token, once: as a fragment for htmx, else with the page around it."""
    page = await _list_page(actor, token=token, token_of=name)
    return render("devices/_gateways.html" if is_fragment(request) else "devices/list.html", page)


async def _list_page(
    actor: Actor, *, form: Form[Any] | None = None, token: str | None = None, token_of: str | None = None
) -> InstrumentsPage:
    day = await today()
    return InstrumentsPage(
        instruments=[InstrumentLine(row, due(row, day), standing(row.facts, day)) for row in await instruments()],
        gateways=await gateways(),
        may_register=actor.has(*KEEPERS),
        may_register_gateway=actor.has(*GATEWAY_KEEPERS),
        form=form or blank(),
        token=token,
        token_of=token_of,
    )


async def _register_page(form: Form[Any]) -> RegisterInstrumentPage:
    return RegisterInstrumentPage(form, [Option(row.name, row.name) for row in await gateways() if not row.revoked_at])


async def _page(code: str, actor: Actor, **forms: Form[Any]) -> InstrumentPage:
    instrument = await instrument_by_code(code)
    return instrument_page(
        instrument,
        today=await today(),
        lease=await lease_on(instrument.id),
        readings=await last_readings(instrument.id),
        calibrations=await calibrations_of(instrument.id),
        verifications=await verifications_of(instrument.id),
        may_keep=actor.has(*KEEPERS),
        **forms,
    )


router = Router(path="/", route_handlers=[readings, InstrumentController, GatewayController])
