"""At the line: which batch, clearing the line, starting, completing."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.accounts.signing import content_digest, reauthenticate
from maskqms.actor import Actor
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.batches.actions.clearance import check_clearance, clear_line
from maskqms.batches.actions.complete import Completed, complete_batch
from maskqms.batches.actions.start import Started, start_batch
from maskqms.batches.controllers.heads import head_of
from maskqms.batches.controllers.tasks import tasks_of
from maskqms.batches.forms import CheckLine, ClearLine, Complete, JustKey
from maskqms.batches.pages.station import BatchStationPage, ClearancePage, CompletePage, StartPage, StationPage
from maskqms.batches.queries.balances import balances_of
from maskqms.batches.queries.batches import BatchRow, batch_by_code, station_batches
from maskqms.batches.queries.conditions import conditions
from maskqms.batches.queries.packing import packed_counts
from maskqms.batches.queries.record import clear_content, latest_clearance
from maskqms.batches.rules.balances import balance_blockers
from maskqms.batches.rules.output import completion_blockers, sample_warnings
from maskqms.batches.states import BatchState, ClearanceMoment, ClearancePoint, ClearanceState
from maskqms.db.clock import now
from maskqms.i18n import _
from maskqms.web.filters import moment as moment_words
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Fact, Shown

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]


class StationController(Controller):
    """The tablet's way through a batch."""

    path = "/station"

    @get()
    async def home(self) -> Template:
        found = await station_batches()
        return render(
            "batches/station.html",
            StationPage(
                running=[row for row in found if row.state is BatchState.IN_PRODUCTION],
                planned=[row for row in found if row.state is BatchState.PLANNED],
                complete=[row for row in found if row.state is BatchState.COMPLETE],
            ),
        )

    @get("/{code:str}")
    async def batch(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        row = await batch_by_code(code)
        head = await head_of(row, "", actor)
        return render("batches/station_batch.html", BatchStationPage(row, head.band, head.tone, await tasks_of(row)))

    @get("/{code:str}/clearance")
    async def ask_clearance(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("batches/station_clearance.html", await _clearance_page(code, actor, blank()))

    @post("/{code:str}/clearance", status_code=303)
    async def clear(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, ClearLine)
        if form.value is None:
            return render("batches/station_clearance.html", await _clearance_page(code, actor, form), status=422)
        given = form.value
        moment = moment_of(await batch_by_code(code))
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            made = await clear_line(
                batch=code, moment=moment, confirmed=given.confirmed, digest=given.digest, signer=signer
            )
            return made.id

        await once(given.key, int, run, tag=Tag.CLEARANCE_DO, actor=actor, subject=code)
        return redirect(f"/station/{code}/clearance")

    @post("/{code:str}/clearance/check", status_code=303)
    async def check(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, CheckLine)
        if form.value is None:
            return render("batches/station_clearance.html", await _clearance_page(code, actor, form), status=422)
        given = form.value
        moment = moment_of(await batch_by_code(code))
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            checked = await check_clearance(
                batch=code,
                moment=moment,
                clean=given.clean,
                remark=given.remark,
                digest=given.digest,
                signer=signer,
            )
            return checked.id

        await once(given.key, int, run, tag=Tag.CLEARANCE_CHECK, actor=actor, subject=code)
        return redirect(f"/station/{code}" if given.clean else f"/station/{code}/clearance")

    @get("/{code:str}/start")
    async def ask_start(self, code: FromPath[str]) -> Template:
        row = await batch_by_code(code)
        found = await conditions(row, await now())
        chosen = found.chosen
        page = StartPage(
            row, found.reasons, chosen.edition if chosen else None, chosen.open_tests if chosen else (), blank()
        )
        return render("batches/station_start.html", page)

    @post("/{code:str}/start", status_code=303)
    async def start(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, JustKey)
        if form.value is None:
            return redirect(f"/station/{code}/start")
        await once(
            form.value.key,
            Started,
            lambda: start_batch(batch=code, actor=actor),
            tag=Tag.BATCH_START,
            actor=actor,
            subject=code,
        )
        return redirect(f"/station/{code}")

    @get("/{code:str}/complete")
    async def ask_complete(self, code: FromPath[str]) -> Template:
        return render("batches/station_complete.html", await _complete_page(code, blank()))

    @post("/{code:str}/complete", status_code=303)
    async def complete(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, Complete)
        if form.value is None:
            return render("batches/station_complete.html", await _complete_page(code, form), status=422)
        given = form.value
        await once(
            given.key,
            Completed,
            lambda: complete_batch(batch=code, counted=given.counted, actor=actor),
            tag=Tag.BATCH_COMPLETE,
            actor=actor,
            subject=code,
        )
        return redirect(f"/station/{code}")


def moment_of(row: BatchRow) -> ClearanceMoment:
    """Before the start a line is cleared for the batch, afterwards of it."""
    return ClearanceMoment.BEFORE if row.state is BatchState.PLANNED else ClearanceMoment.AFTER


async def _clearance_page(code: str, actor: Actor, form: Form[Any]) -> ClearancePage:
    row = await batch_by_code(code)
    moment = moment_of(row)
    found = await latest_clearance(row.id, moment)
    waiting = found is not None and found.state is ClearanceState.DONE
    valid = found is not None and (found.valid_until is None or found.valid_until > await now())
    return ClearancePage(
        batch=row,
        moment=moment,
        points=list(ClearancePoint),
        found=found,
        checkable=waiting and valid,
        done=found is not None and found.state is ClearanceState.CHECKED and valid,
        mine=found is not None and found.done_by == actor.account_id,
        clear_shown=Shown(
            rows=[
                Fact(_("Batch"), code),
                Fact(_("Line"), row.line),
                Fact(_("Moment"), moment.label),
                *(Fact(_("Confirmed"), point.label) for point in ClearancePoint),
            ],
            digest=content_digest(clear_content(code, row.line, moment)),
        ),
        check_shown=None
        if found is None
        else Shown(
            rows=[
                Fact(_("Batch"), code),
                Fact(_("Line"), found.line),
                Fact(_("Moment"), moment.label),
                Fact(_("Cleared by"), found.done_by_name),
                Fact(_("Cleared at"), moment_words(found.done_at)),
                *(Fact(_("Looked at"), point.label) for point in ClearancePoint if point in found.checklist),
            ],
            digest=content_digest(found.content(code)),
        ),
        form=form,
    )


async def _complete_page(code: str, form: Form[Any]) -> CompletePage:
    row = await batch_by_code(code)
    counts = await packed_counts(row.id)
    balances = await balances_of(row.id)
    stops = completion_blockers(
        row.facts, counted=balances.pieces.made, loose=row.on_hand, loose_boxes=counts.loose_boxes
    )
    out = sample_warnings(row.facts, balances.pieces.retained)
    out += [reason for reason in balance_blockers(balances) if reason.code != "balance.loose"]
    return CompletePage(row, balances, out, stops, form)
