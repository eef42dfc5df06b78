"""A sheet with everything that stands around it, as every address shows it that shows the sheet again."""

from __future__ import annotations

from typing import Any

from maskqms.accounts.queries import signatures_of
from maskqms.actor import Actor
from maskqms.db.clock import today
from maskqms.devices.queries.instruments import instruments
from maskqms.lab.pages.worksheet import Asked, InspectionPage, inspection_page
from maskqms.lab.queries.investigations import investigations_of
from maskqms.lab.queries.measuring import laboratories, last_instruments, reports_of
from maskqms.lab.queries.sheets import Sheet, sheet
from maskqms.quality.queries import deviation_from
from maskqms.web.forms import Form


async def asked_about(found: Sheet) -> Asked:
    """What stands around the sheet."""
    tests = [test.code for test in found.inspection.plan.tests]
    return Asked(
        instruments=await instruments(),
        last=await last_instruments(tests),
        investigations=await investigations_of(found.inspection.id),
        reports=await reports_of(found.inspection.id),
        laboratories=await laboratories(),
        today=await today(),
    )


async def shown_inspection(
    code: str, actor: Actor, send_back_form: Form[Any] | None = None, **forms: Form[Any]
) -> InspectionPage:
    found = await sheet(code)
    return inspection_page(
        found,
        actor,
        await signatures_of(code),
        await deviation_from(code),
        await asked_about(found),
        send_back_form,
        **forms,
    )
