"""An inspection is opened by the package whose unit it is about, with its whole plan; the plan never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.lab.plan import Plan, PlannedTest
from maskqms.lab.queries.inspections import InspectionRow, inspection
from maskqms.lab.states import Purpose
from maskqms.settings import settings


async def open_inspection(
    *,
    purpose: Purpose,
    subject: int,
    title: str,
    source: str,
    tests: Sequence[PlannedTest],
    actor: Actor,
    due_at: datetime | None = None,
) -> InspectionRow:
    """A sheet for the unit `subject`. `source` says where the limits come from: "YY 0469-2023", "M-MB-25 v3".

    Due when the one who opens it says so, else after the hours of the factory's setting.
    """
    plan = Plan(tests=tuple(tests))
    async with act(Tag.INSPECTION_OPEN, actor=actor) as this:
        code = await next_number("IN")
        await sql.execute(
            "INSERT INTO inspection (code, purpose, subject, title, source, plan, needed, state, opened_by, opened_at,"
            " due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10)",
            code,
            purpose,
            subject,
            title,
            source,
            plan.model_dump_json(exclude_none=True),
            plan.needed,
            actor.name,
            this.at,
            due_at or this.at + _given(purpose),
        )
        row = await inspection(code)
        await this.record(
            subject=code,
            after={"subject": row.subject_code, "source": source, "tests": [test.code for test in plan.tests]},
        )
        return row


def _given(purpose: Purpose) -> timedelta:
    """How long the lab has: the line waits for an in-process inspection."""
    known = settings()
    return timedelta(hours=known.in_process_hours if purpose is Purpose.IN_PROCESS else known.inspection_hours)
