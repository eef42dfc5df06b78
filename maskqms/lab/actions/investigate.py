"""A failing result is looked into: opened when it is handed in, checked, widened. It is never hidden (R35)."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.lab import investigating as rules
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.investigations import (
    InvestigationFile,
    InvestigationRow,
    checks_of,
    investigation,
    investigation_of,
    investigations_of,
    locked_investigation,
    retests_of,
)
from maskqms.lab.queries.sheets import Sheet, locked_sheet, sheet
from maskqms.lab.states import CheckKind
from maskqms.trace.queries.units import lock_units

LOOKERS = (Role.INSPECTOR, Role.QUALITY)


async def investigation_file(code: str) -> InvestigationFile:
    """Everything about one investigation, as a page shows it."""
    row = await investigation(code)
    return InvestigationFile(row, await sheet(row.inspection), await checks_of(row.id), await retests_of(row.id))


async def locked_file(code: str) -> InvestigationFile:
    """The same, nobody else's until the act ends: the unit, its sheet, the investigation, in this order."""
    row = await investigation(code)
    await lock_units([(await inspection(row.inspection)).subject])
    found = await locked_sheet(row.inspection)
    row = await locked_investigation(code)
    return InvestigationFile(row, found, await checks_of(row.id), await retests_of(row.id))


async def open_for_failed(found: Sheet, *, actor: Actor) -> list[str]:
    """An investigation for every failed test of a sheet that has none: inside the act that hands the sheet in."""
    known = {row.test for row in await investigations_of(found.inspection.id)}
    made = []
    for test in found.verdict.failed:
        if test.test in known:
            continue
        values = ", ".join(test.values)
        made.append(await _open(found, test.test, f"{test.name} ({test.limit}): {values}", actor))
    return made


async def open_investigation(code: str, *, test: str, why: str, actor: Actor) -> InvestigationRow:
    """Look into a test by hand: a value far off although the test passed, or one that somebody doubts."""
    async with act(Tag.INVESTIGATION_OPEN, actor=actor, subject=code):
        await lock_units([(await inspection(code)).subject])
        found = await locked_sheet(code)
        reasons = actor.lacks(*LOOKERS) + reason_blockers(why, _("Say what is doubted about the result."))
        if not any(r.test == test for r in found.results):
            reasons.append(Reason("investigation.no_result", _("{test} has no result yet.", test=test)))
        standing = await investigation_of(found.inspection.id, test)
        if standing is not None:
            text = _("Investigation {code} of {test} exists already.", code=standing, test=test)
            reasons.append(Reason("investigation.exists", text, None, (rules.investigation_link(standing),)))
        refuse(_("Investigation not opened"), reasons)
        return await investigation(await _open(found, test, why.strip(), actor))


async def _open(found: Sheet, test: str, why: str, actor: Actor) -> str:
    async with act(Tag.INVESTIGATION_OPEN, actor=actor, subject=found.inspection.code) as this:
        code = await next_number("OOS")
        await sql.execute(
            "INSERT INTO investigation (code, inspection, test, state, why, opened_by, opened_at)"
            " VALUES ($1, $2, $3, 'laboratory', $4, $5, $6)",
            code,
            found.inspection.id,
            test,
            why,
            actor.name,
            this.at,
        )
        await this.record(subject=code, after={"inspection": found.inspection.code, "test": test, "why": why})
        return code


async def record_check(
    code: str, *, kind: CheckKind, finding: str, actor: Actor, hypothesis: str | None = None
) -> InvestigationRow:
    """One thing that was looked at and what was found; with it what is supposed to be the error, where one says so."""
    async with act(Tag.INVESTIGATION_CHECK, actor=actor, subject=code) as this:
        found = await locked_file(code)
        refuse(
            _("Check not recorded"),
            actor.lacks(*LOOKERS)
            + rules.going_on_blockers(found.facts)
            + reason_blockers(finding, _("Say what was found, also when nothing was.")),
        )
        await sql.execute(
            "INSERT INTO investigation_check (investigation, kind, finding, account, name, at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            found.row.id,
            kind,
            finding.strip(),
            actor.account_id,
            actor.name,
            this.at,
        )
        supposed = (hypothesis or "").strip() or found.row.hypothesis
        await sql.execute("UPDATE investigation SET hypothesis = $2 WHERE id = $1", found.row.id, supposed)
        await this.record(subject=code, after={"kind": kind, "finding": finding.strip(), "hypothesis": supposed})
        return await investigation(code)


async def widen_investigation(code: str, *, reason: str, actor: Actor) -> InvestigationRow:
    """No laboratory error was found: sampling, material and production are looked at."""
    async with act(Tag.INVESTIGATION_WIDEN, actor=actor, subject=code) as this:
        found = await locked_file(code)
        refuse(
            _("Investigation not widened"),
            actor.lacks(*LOOKERS) + rules.widen_blockers(found.facts) + reason_blockers(reason),
        )
        await sql.execute(
            "UPDATE investigation SET state = 'wider' WHERE id = $1 AND state = 'laboratory'", found.row.id
        )
        await this.record(
            subject=code, before={"state": found.row.state}, after={"state": "wider"}, reason=reason.strip()
        )
        return await investigation(code)
