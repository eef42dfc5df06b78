"""Outside laboratories and their reports: a test given out names a qualified laboratory (R125)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.db.transaction import explain
from maskqms.errors import Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.lab import rules as sheets
from maskqms.lab.measuring import report_blockers
from maskqms.lab.queries.measuring import laboratory_by_code
from maskqms.lab.queries.sheets import locked_sheet
from maskqms.lab.states import LaboratoryState

KEEPERS = (Role.QUALITY,)

explain("laboratory_code_key", "laboratory.exists", _("A laboratory with this code is registered already."))
explain("outside_report_once", "report.exists", _("This report is recorded for the test already."))


async def register_laboratory(
    *, code: str, name: str, accreditation: str, scope: Sequence[str], valid_until: date, actor: Actor
) -> str:
    """Enter an outside laboratory as qualified. `scope` are the codes of the tests its accreditation covers."""
    async with act(Tag.LABORATORY_REGISTER, actor=actor, subject=code) as this:
        reasons = actor.lacks(*KEEPERS)
        if valid_until < await today():
            reasons.append(Reason("laboratory.expired", _("The accreditation has ended already.")))
        if not scope:
            reasons.append(Reason("laboratory.scope", _("Name at least one test that the accreditation covers.")))
        refuse(_("Laboratory not registered"), reasons)
        await sql.execute(
            "INSERT INTO laboratory (code, name, accreditation, scope, valid_until, state, entered_by, entered_at)"
            " VALUES ($1, $2, $3, $4, $5, 'qualified', $6, $7)",
            code,
            name,
            accreditation,
            list(scope),
            valid_until,
            actor.name,
            this.at,
        )
        after = {"name": name, "accreditation": accreditation, "scope": list(scope), "valid_until": valid_until}
        await this.record(subject=code, after=after)
        return code


async def suspend_laboratory(code: str, *, reason: str, actor: Actor) -> str:
    """Take no report of this laboratory any more, or take them again."""
    async with act(Tag.LABORATORY_SUSPEND, actor=actor, subject=code) as this:
        refuse(_("Laboratory not changed"), actor.lacks(*KEEPERS) + reason_blockers(reason))
        await sql.execute("SELECT 1 FROM laboratory WHERE code = $1 FOR UPDATE", code)
        row = await laboratory_by_code(code)
        qualified = row.state is LaboratoryState.QUALIFIED
        state = LaboratoryState.SUSPENDED if qualified else LaboratoryState.QUALIFIED
        await sql.execute("UPDATE laboratory SET state = $2 WHERE id = $1", row.id, state)
        await this.record(subject=code, before={"state": row.state}, after={"state": state}, reason=reason.strip())
        return code


async def record_report(
    code: str,
    *,
    test: str,
    laboratory: str,
    report: str,
    reported_on: date,
    actor: Actor,
    justification: str | None = None,
) -> str:
    """Name the laboratory and the report behind a test of an open sheet; its values are entered after that."""
    async with act(Tag.REPORT_ADD, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        where = await laboratory_by_code(laboratory)
        refuse(
            _("Report not recorded"),
            actor.lacks(Role.INSPECTOR, Role.QUALITY)
            + sheets.open_blockers(code, sheet.inspection.state)
            + report_blockers(
                sheet.inspection.plan.test(test),
                where.facts,
                reported_on=reported_on,
                today=await today(),
                justification=justification,
            ),
        )
        why = (justification or "").strip() or None
        await sql.execute(
            "INSERT INTO outside_report (inspection, test, laboratory, report, reported_on, justification, name, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            sheet.inspection.id,
            test,
            where.id,
            report,
            reported_on,
            why,
            actor.name,
            this.at,
        )
        await this.record(subject=code, after={"test": test, "laboratory": laboratory, "report": report}, reason=why)
        return code
