"""Where a batch stands on its way to release, and what the person before the screen may do next."""

from __future__ import annotations

from typing import Any

from maskqms.accounts.queries import account_by_id, authorisations, signature, signatures_of
from maskqms.accounts.states import Meaning
from maskqms.actor import Actor, Role
from maskqms.batches.states import BatchState
from maskqms.db.clock import local
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.states import InspectionState, Outcome
from maskqms.release.actions.review import open_questions
from maskqms.release.pages import (
    Dialog,
    QueueLine,
    ReleasePage,
    Step,
    facts_of,
    groups_of,
    moments_of,
    open_groups,
    reject_dialog,
    release_dialog,
    review_dialog,
    signature_lines,
)
from maskqms.release.queries.gate import Dossier, dossier
from maskqms.release.queries.records import ReleaseRow, involved_in, release_of
from maskqms.release.rules.people import rejection_blockers, release_blockers, review_blockers
from maskqms.release.rules.quality import REVIEWS, review_of
from maskqms.release.states import Decision, ReviewPart
from maskqms.web.forms import Form, blank
from maskqms.workflow import Tone

SHOWN = frozenset({Meaning.REVIEWED, Meaning.RELEASED, Meaning.REJECTED})
"""Signatures of this page; those of clearances stand in the batch record."""


def test_step(found: Dossier) -> Step:
    """The factory test: not opened, at work, waiting for review, done, failed."""
    title = _("Factory test")
    sheets = found.sheets.release
    if not sheets:
        return Step(title, Tone.WAIT, _("Not opened yet"))
    last = sheets[-1]
    failed = any(test.judged.outcome is Outcome.FAIL for test in found.sheets.tested)
    done = all(sheet.state in (InspectionState.REVIEWED, InspectionState.DECIDED) for sheet in sheets)
    tone = Tone.STOP if failed else Tone.OK if done else Tone.WAIT
    words = (
        _("{code}: failed", code=last.code) if failed else _("{code}: {state}", code=last.code, state=stage(last.state))
    )
    return Step(title, tone, words, href=last.href)


def stage(state: InspectionState) -> Text:
    """A reviewed sheet waits for nothing here: the release decides it."""
    return _("reviewed") if state in (InspectionState.REVIEWED, InspectionState.DECIDED) else state.label


def review_words(found: Dossier, part: ReviewPart) -> tuple[Tone, Text]:
    review = review_of(found.facts, part)
    if review is None:
        return Tone.WAIT, _("Not signed yet")
    if not review.current:
        return Tone.STOP, _("Void: the record was changed after {name} signed", name=review.name)
    return Tone.OK, _("{name}", name=review.name)


def next_step(found: Dossier) -> Step:
    """The first thing that is not done, for the queue."""
    steps = [test_step(found)]
    steps += [Step(part.label, *review_words(found, part)) for part in ReviewPart]
    for step in steps:
        if step.tone is not Tone.OK:
            return step
    if found.report.passed:
        return Step(_("Release"), Tone.OK, _("Ready for signature"))
    return Step(_("Release"), Tone.STOP, _("The gate is closed"))


def queue_line(found: Dossier) -> QueueLine:
    groups = open_groups(found)
    return QueueLine(found, groups, sum(number for _group, number in groups), next_step(found))


async def release_page(code: str, actor: Actor, form: Form[Any] | None = None) -> ReleasePage:
    """The whole page for this person."""
    found = await dossier(code)
    decision = await release_of(found.batch.id)
    lines = [
        await signature(sheet.review_signature) for sheet in found.sheets.release if sheet.review_signature is not None
    ]
    lines += [row for row in await signatures_of(code) if row.meaning in SHOWN]
    lines.sort(key=lambda row: row.at)
    steps, dialogs = await _way(found, actor) if decision is None else (_done_steps(found, decision), [])
    tone, band = _band(found, decision)
    earlier = found.sheets.release
    waiting = found.batch.state in (BatchState.IN_PRODUCTION, BatchState.COMPLETE)
    return ReleasePage(
        found=found,
        facts=facts_of(found),
        band=band,
        tone=tone,
        groups=groups_of(found),
        steps=steps,
        changes=moments_of(found.changes.listed),
        signatures=signature_lines(lines, found),
        release=decision,
        dialogs=dialogs,
        may_open_test=waiting and actor.has(Role.INSPECTOR, Role.QUALITY) and _may_test(found),
        retest=bool(earlier) and any(test.judged.outcome is Outcome.FAIL for test in found.sheets.tested),
        form=form or blank(markets="CN"),
    )


def _may_test(found: Dossier) -> bool:
    """A first sheet, another one when the plan lacks a test or a limit, or a repetition after a fail."""
    if not found.sheets.release:
        return True
    known = {test.requirement.code: test.requirement.limit for test in found.sheets.tested}
    asked = {one.code: one.limit for one in found.requirements if one.for_release}
    more = any(test.too_few for test in found.facts.tests)
    return known != asked or more or any(test.judged.outcome is Outcome.FAIL for test in found.sheets.tested)


def _done_steps(found: Dossier, decision: ReleaseRow) -> list[Step]:
    steps = [test_step(found), *(Step(part.label, *review_words(found, part)) for part in ReviewPart)]
    tone = Tone.OK if decision.decision is Decision.RELEASED else Tone.STOP
    return [*steps, Step(decision.decision.label, tone, decision.name)]


def _band(found: Dossier, decision: ReleaseRow | None) -> tuple[Tone, Text]:
    if decision is not None:
        if decision.decision is Decision.RELEASED:
            if found.batch.held:
                return Tone.HELD, _("Released, and on hold now: nothing of it may be shipped.")
            return Tone.OK, _("Released by {name}.", name=decision.name)
        return Tone.STOP, _("Rejected by {name}: {reason}", name=decision.name, reason=decision.reason or "")
    number = sum(not check.passed for check in found.report.checks)
    if number == 0:
        return Tone.OK, _("Every check has passed; the signature of an authorised person is missing.")
    others = number - sum(not check.passed for check in found.report.checks if check.code in REVIEWS)
    if others == 0:
        return Tone.WAIT, _("Every check of the record has passed; the reviews are missing.")
    return Tone.WAIT, _("{n} checks stand between this batch and its release.", n=number)


async def _way(found: Dossier, actor: Actor) -> tuple[list[Step], list[Dialog]]:
    """The four steps, each with the button of this person or what stands against it."""
    involved = await involved_in(found.batch.id, found.sheets)
    account = await account_by_id(actor.account_id) if actor.account_id else None
    heads = bool(account and account.heads_production)
    steps, dialogs = [test_step(found)], []
    for part in ReviewPart:
        tone, words = review_words(found, part)
        if tone is Tone.OK:
            steps.append(Step(part.label, tone, words))
            continue
        against = review_blockers(actor, part, involved, found.facts.reviews, found.batch.code, heads_production=heads)
        dialog = review_dialog(found, part)
        if not against and not open_questions(found, part):
            dialogs.append(dialog)
            steps.append(Step(part.label, tone, words, dialog=dialog.id, button=dialog.button))
        else:
            steps.append(Step(part.label, tone, words, against=_worth_saying(actor, against)))
    day = local(found.facts.at).date()
    granted = [row for row in await authorisations() if row.in_force(found.batch.product, day)]
    authorised = any(row.account == actor.account_id for row in granted)
    against = release_blockers(
        actor,
        involved,
        found.batch.product,
        found.batch.code,
        lab_reviewers=found.sheets.reviewers(),
        authorised=authorised,
        heads_production=heads,
    )
    names = ", ".join(sorted({row.name for row in granted}))
    who = _("May release: {names}", names=names) if names else _("Nobody is authorised for this product")
    if found.report.passed and not against:
        dialog = release_dialog(found)
        dialogs.append(dialog)
        steps.append(Step(_("Release"), Tone.OK, who, dialog=dialog.id, button=dialog.button))
    else:
        said = _worth_saying(actor, against) if found.report.passed else ()
        steps.append(Step(_("Release"), Tone.WAIT, who, against=said))
    if found.batch.state is BatchState.COMPLETE and not rejection_blockers(actor, "-", authorised=authorised):
        dialogs.append(reject_dialog(found))
    return steps, dialogs


def _worth_saying(actor: Actor, against: list[Reason]) -> list[Reason]:
    """Why not this person, to whoever could have: an operator needs no lecture."""
    return against if actor.has(Role.QUALITY, Role.PLANT_MANAGER) else []
