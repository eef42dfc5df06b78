"""Investigations of results, and re-evaluations after a failed calibration."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.devices.queries.instruments import instruments
from maskqms.lab.actions.conclude import conclude_investigation
from maskqms.lab.actions.investigate import investigation_file, record_check, widen_investigation
from maskqms.lab.actions.recheck import Rechecked, recheck_results
from maskqms.lab.actions.retest import approve_retest, enter_retest
from maskqms.lab.investigation_forms import (
    ApproveRetest,
    ConcludeInvestigation,
    EnterRetest,
    RecordCheck,
    SignRecheck,
    WidenInvestigation,
)
from maskqms.lab.pages.investigation import PAGE_SIZE, InvestigationPage, investigation_page, investigations_page
from maskqms.lab.pages.recheck import RecheckPage, RechecksPage, recheck_page
from maskqms.lab.pages.worksheet import Asked
from maskqms.lab.queries.investigations import investigations
from maskqms.lab.queries.measuring import last_instruments
from maskqms.lab.queries.rechecks import doubts_of, failure, failures
from maskqms.lab.rules import value_fault
from maskqms.lab.states import InvestigationState, Outcome
from maskqms.web.forms import Form, chosen, read_form
from maskqms.web.pages import redirect, render

StateQuery = Annotated[str, QueryParameter(name="state")]
"""`state` itself is a name the framework keeps for its own."""


class InvestigationController(Controller):
    """The list, and one investigation step by step."""

    path = "/investigations"

    @get("/")
    async def list(self, state_code: StateQuery = "", text: FromQuery[str] = "", page: FromQuery[int] = 1) -> Template:
        wanted, number, words = chosen(InvestigationState, state_code), max(1, page), text.strip() or None
        found = await investigations(state=wanted, text=words, page=number, size=PAGE_SIZE)
        return render("lab/investigations.html", investigations_page(found, wanted, words, number))

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("lab/investigation.html", await _page(code, actor))

    @post("/{code:str}/checks")
    async def check(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, RecordCheck)
        if form.value is None:
            return render("lab/investigation.html", await _page(code, actor, check_form=form), status=422)
        given = form.value

        async def run() -> str:
            await record_check(code, kind=given.kind, finding=given.finding, hypothesis=given.hypothesis, actor=actor)
            return code

        await once(given.key, str, run, tag=Tag.INVESTIGATION_CHECK, actor=actor, subject=code)
        return redirect(f"/investigations/{code}")

    @post("/{code:str}/widen")
    async def widen(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, WidenInvestigation)
        if form.value is None:
            return render("lab/investigation.html", await _page(code, actor, widen_form=form), status=422)
        given = form.value

        async def run() -> str:
            return (await widen_investigation(code, reason=given.widen_reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.INVESTIGATION_WIDEN, actor=actor, subject=code)
        return redirect(f"/investigations/{code}")

    @post("/{code:str}/retests")
    async def approve(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, ApproveRetest)
        if form.value is None:
            return render("lab/investigation.html", await _page(code, actor, approve_form=form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            return await approve_retest(
                code,
                basis=given.basis,
                specimens=given.specimens,
                reason=given.reason,
                digest=given.digest,
                signer=signer,
            )

        await once(given.key, int, run, tag=Tag.RETEST_APPROVE, actor=actor, subject=code)
        return redirect(f"/investigations/{code}")

    @post("/{code:str}/values")
    async def enter(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, EnterRetest)
        page = await _page(code, actor, retest_form=form)
        if form.value is not None and (fault := value_fault(page.test, form.value.value)):
            form.add_error("value", fault)
        if form.value is None:
            return render("lab/investigation.html", page, status=422)
        given = form.value

        async def run() -> Outcome:
            return await enter_retest(
                code,
                ordinal=given.ordinal,
                specimen=given.specimen,
                value=given.value,
                instrument=given.instrument,
                reason=given.correction,
                actor=actor,
            )

        await once(given.key, Outcome, run, tag=Tag.RETEST_ENTER, actor=actor, subject=code)
        return redirect(f"/investigations/{code}")

    @post("/{code:str}/conclude")
    async def conclude(
        self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, ConcludeInvestigation)
        if form.value is None:
            return render("lab/investigation.html", await _page(code, actor, conclude_form=form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            done = await conclude_investigation(
                code, cause=given.cause, conclusion=given.conclusion, digest=given.digest, signer=signer
            )
            return done.code

        await once(given.key, str, run, tag=Tag.INVESTIGATION_CONCLUDE, actor=actor, subject=code)
        return redirect(f"/investigations/{code}")


async def _page(code: str, actor: Actor, **forms: Form[Any]) -> InvestigationPage:
    file = await investigation_file(code)
    asked = Asked(instruments=await instruments(), last=await last_instruments([file.row.test]), today=await today())
    return investigation_page(file, actor, await signatures_of(code), asked, **forms)


class RecheckController(Controller):
    """The worklist after a failed calibration or check."""

    path = "/rechecks"

    @get("/")
    async def list(self, instrument: FromQuery[str] = "") -> Template:
        wanted = instrument.strip() or None
        return render("lab/rechecks.html", RechecksPage(await failures(wanted), wanted))

    @get("/{kind:str}/{number:int}")
    async def show(self, kind: FromPath[str], number: FromPath[int], actor: NamedDependency[Actor]) -> Template:
        return render("lab/recheck.html", await _recheck(kind, number, actor))

    @post("/{kind:str}/{number:int}")
    async def sign(
        self, request: Request[Any, Any, Any], kind: FromPath[str], number: FromPath[int], actor: NamedDependency[Actor]
    ) -> Any:
        form = await read_form(request, SignRecheck)
        if form.value is None:
            return render("lab/recheck.html", await _recheck(kind, number, actor, form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> Rechecked:
            return await recheck_results(
                kind,
                number,
                inspection=given.inspection,
                verdict=given.verdict,
                reason=given.reason,
                digest=given.digest,
                signer=signer,
            )

        await once(given.key, Rechecked, run, tag=Tag.RESULT_RECHECK, actor=actor, subject=given.inspection)
        return redirect(f"/rechecks/{kind}/{number}")


async def _recheck(kind: str, number: int, actor: Actor, form: Form[Any] | None = None) -> RecheckPage:
    return recheck_page(await failure(kind, number), await doubts_of(kind, number), actor, form)
