"""The pages of release: the queue, one batch's gate and signatures, limits of a standard, certificates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from litestar_htmx import HTMXRequest

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.exports import record_export
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.queries.batches import batch_count, batches
from maskqms.batches.states import BatchState
from maskqms.release.actions.decide import reject_batch, sign_release
from maskqms.release.actions.limits import enter_limit, propose_limit
from maskqms.release.actions.review import sign_review
from maskqms.release.actions.tests import open_release_test
from maskqms.release.forms import EnterLimit, OpenTest, ProposeLimit, RejectBatch, SignRelease, SignReview
from maskqms.release.pages import LimitLine, LimitsPage, QueuePage, limit_dialog
from maskqms.release.queries.gate import dossiers
from maskqms.release.queries.limits import entered_limits
from maskqms.release.queries.records import certificate, recent_decisions
from maskqms.release.rules.paths import limits_href
from maskqms.release.standing import queue_line, release_page
from maskqms.standards.catalogue import catalogue
from maskqms.standards.requirements import find_grade, requirements
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Paging

SIZE = 25


class QueueController(Controller):
    """What waits for its decision, and the limits that somebody has to enter."""

    path = "/release"

    @get("/")
    async def queue(self, page: FromQuery[int] = 1) -> Template:
        rows = await batches(state=BatchState.COMPLETE, page=page, size=SIZE)
        lines = [queue_line(found) for found in await dossiers([row.code for row in rows])]
        lines.sort(key=lambda line: line.open_checks)
        total = await batch_count(state=BatchState.COMPLETE)
        paging = Paging(page, SIZE, total, path="/release")
        return render("release/queue.html", QueuePage(lines, await recent_decisions(), paging))

    @get("/limits")
    async def limits(
        self,
        actor: NamedDependency[Actor],
        edition: FromQuery[str],
        grade: FromQuery[str | None] = None,
        test: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
        clause: FromQuery[str | None] = None,
        source: FromQuery[str | None] = None,
    ) -> Template:
        """The limits; with a test, a limit and its source in the address also what would be signed."""
        shown = None
        if test and limit and source:
            shown = await propose_limit(
                edition=edition, test=test, grade=grade, limit=limit, clause=clause, source=source, actor=actor
            )
        form = blank(test=test, limit=limit, clause=clause, source=source)
        return render("release/limits.html", await _limits_page(edition, grade, actor, form, shown))

    @post("/limits/check", status_code=303)
    async def check(self, request: HTMXRequest, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        """Everything that speaks against a limit is said before it is signed; nothing is written."""
        form = await read_form(request, ProposeLimit)
        if form.value is None:
            page = await _limits_page(form.text("edition"), form.text("grade") or None, actor, form)
            return render("release/limits.html", page, status=422)
        facts = form.value.facts()
        await propose_limit(**facts, actor=actor)
        return redirect(f"/release/limits?{urlencode({name: said for name, said in facts.items() if said})}")

    @post("/limits")
    async def enter(self, request: HTMXRequest, actor: NamedDependency[Actor]) -> Template | Response[Any]:
        form = await read_form(request, EnterLimit)
        given = form.value
        if given is None:
            page = await _limits_page(form.text("edition"), form.text("grade") or None, actor, form)
            return render("release/limits.html", page, status=422)
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            return (await enter_limit(**given.facts(), digest=given.digest, signer=signer)).id

        await once(given.key, int, run, tag=Tag.LIMIT_ENTER, actor=actor, subject=f"{given.edition} {given.test}")
        return redirect(limits_href(given.edition, given.grade))


class BatchReleaseController(Controller):
    """One batch: its gate, its reviews, its decision."""

    path = "/batches/{code:str}/release"

    @get("/")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("release/batch.html", await release_page(code, actor))

    @post("/test")
    async def test(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, OpenTest)
        given = form.value
        if given is None:
            return render("release/batch.html", await release_page(code, actor, form), status=422)

        async def run() -> str:
            return (await open_release_test(code, reason=given.why, actor=actor)).code

        opened = await once(given.key, str, run, tag=Tag.RELEASE_TEST, actor=actor, subject=code)
        return redirect(f"/inspections/{opened}")

    @post("/review")
    async def review(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, SignReview)
        given = form.value
        if given is None:
            return render("release/batch.html", await release_page(code, actor, form), status=422)
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            await sign_review(code, given.part, digest=given.digest, remark=given.remark, signer=signer)
            return code

        await once(given.key, str, run, tag=Tag.RELEASE_REVIEW, actor=actor, subject=code)
        return redirect(f"/batches/{code}/release")

    @post("/sign")
    async def sign(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, SignRelease)
        given = form.value
        if given is None:
            return render("release/batch.html", await release_page(code, actor, form), status=422)
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            await sign_release(code, digest=given.digest, markets=given.market_list, signer=signer)
            return code

        await once(given.key, str, run, tag=Tag.RELEASE_SIGN, actor=actor, subject=code)
        return redirect(f"/batches/{code}/release")

    @post("/reject")
    async def reject(
        self, request: HTMXRequest, code: FromPath[str], actor: NamedDependency[Actor]
    ) -> Template | Response[Any]:
        form = await read_form(request, RejectBatch)
        given = form.value
        if given is None:
            return render("release/batch.html", await release_page(code, actor, form), status=422)
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> str:
            await reject_batch(code, reason=given.reason, digest=given.digest, signer=signer)
            return code

        await once(given.key, str, run, tag=Tag.RELEASE_REJECT, actor=actor, subject=code)
        return redirect(f"/batches/{code}/release")


@get("/certificates/{name:str}")
async def certificate_file(name: FromPath[str], actor: NamedDependency[Actor]) -> Response[bytes]:
    """The frozen bytes of a certificate."""
    found = await certificate(name.removesuffix(".pdf"))
    await record_export(found.pdf, name=f"{found.number}.pdf", subject=found.number, actor=actor)
    headers = {
        "Content-Disposition": f'inline; filename="{found.number}.pdf"',
        "ETag": f'"{found.sha256}"',
        "X-Content-SHA256": found.sha256,
    }
    return Response(found.pdf, media_type="application/pdf", headers=headers)


async def _limits_page(
    name: str, grade: str | None, actor: Actor, form: Form[Any], shown: dict[str, Any] | None = None
) -> LimitsPage:
    edition = catalogue().edition(name)
    chosen = find_grade(edition, grade) if grade else edition.grades[0]
    entered = await entered_limits(edition.edition)
    rows = [row.adjustment() for row in entered]
    lines = [
        LimitLine(one, [row for row in entered if row.test == one.code and row.grade in (None, chosen.code)])
        for one in requirements(edition, chosen.code, (), rows, unasked=True)
    ]
    lines.sort(key=lambda line: line.requirement.limit is not None)
    return LimitsPage(
        edition=edition,
        grade=chosen,
        editions=catalogue().editions,
        lines=lines,
        missing=sum(line.requirement.limit is None for line in lines),
        may_enter=actor.has(Role.QUALITY),
        dialog=limit_dialog(shown) if shown else None,
        signs=shown or {},
        form=form,
    )


router = Router(path="/", route_handlers=[QueueController, BatchReleaseController, certificate_file])
