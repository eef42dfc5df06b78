"""An inspection is opened by the package whose unit it is about, with its whole plan; the plan never changes."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.lab.plan import Plan, PlannedTest
from maskqms.lab.queries.inspections import InspectionRow, inspection
from maskqms.lab.states import Purpose


async def open_inspection(
    *, purpose: Purpose, subject: int, title: str, source: str, tests: Sequence[PlannedTest], actor: Actor
) -> InspectionRow:
    """A sheet for the unit `subject`. `source` says where the limits come from: "YY 0469-2023", "M-MB-25 v3"."""
    plan = Plan(tests=tuple(tests))
    async with act(Tag.INSPECTION_OPEN, actor=actor) as this:
        code = await next_number("IN")
        await sql.execute(
            "INSERT INTO inspection (code, purpose, subject, title, source, plan, needed, state, opened_by, opened_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)",
            code,
            purpose,
            subject,
            title,
            source,
            plan.model_dump_json(exclude_none=True),
            plan.needed,
            actor.name,
            this.at,
        )
        row = await inspection(code)
        await this.record(
            subject=code,
            after={"subject": row.subject_code, "source": source, "tests": [test.code for test in plan.tests]},
        )
        return row
