"""A lot's certificate beside its own values."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.errors import NotFound
from maskqms.lab.actions.certificate import enter_certificate_value
from maskqms.lab.queries.certificates import certificate_values, drifts
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.pages.drift import CertificatePage, certificate_page
from maskqms.materials.queries.drift import last_lots_like
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.retest_forms import EnterCertificateValue
from maskqms.web.forms import Form, read_form
from maskqms.web.pages import redirect, render


class CertificateController(Controller):
    path = "/lots/{code:str}/certificate"

    @get("/")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/certificate.html", await _page(code, actor))

    @post("/")
    async def enter(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, EnterCertificateValue)
        if form.value is None:
            return render("materials/certificate.html", await _page(code, actor, form), status=422)
        given, inspection = form.value, await _inspection(code)

        async def run() -> int:
            return await enter_certificate_value(inspection, **given.model_dump(exclude={"key"}), actor=actor)

        await once(given.key, int, run, tag=Tag.CERTIFICATE_VALUE, actor=actor, subject=inspection)
        return redirect(f"/lots/{code}/certificate")


async def _inspection(code: str) -> str:
    found = (await lot_by_code(code)).inspection
    if found is None:
        raise NotFound(code)
    return found


async def _page(code: str, actor: Actor, form: Form[Any] | None = None) -> CertificatePage:
    lot = await lot_by_code(code)
    found = await sheet(await _inspection(code))
    values = await certificate_values(found.inspection.id)
    return certificate_page(lot, found, values, await drifts(await last_lots_like(lot.id)), actor, form)
