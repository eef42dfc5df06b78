"""A cell waits for an instrument and takes its next stable value: nothing is copied by hand.

The result keeps the reading's number; the bytes as received stay readable beside it.
"""

from __future__ import annotations

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.devices.actions.arm import arm, claim_reading
from maskqms.devices.queries.instruments import instrument_by_code
from maskqms.devices.queries.readings import LeaseRow
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.actions.enter import CellAnswer, enter_result
from maskqms.lab.queries.inspections import inspection


async def wait_for_instrument(code: str, *, test: str, specimen: int, instrument: str, actor: Actor) -> LeaseRow:
    """Begin to wait for the next stable value of an instrument, for one cell of an open sheet."""
    async with act(Tag.INSTRUMENT_ARM, actor=actor, subject=code):
        row = await inspection(code)
        measures = (await instrument_by_code(instrument)).unit
        refuse(
            _("The cell cannot wait for the instrument"),
            rules.open_blockers(code, row.state)
            + rules.instrument_blockers(row.plan, test, specimen, instrument, measures),
        )
        return await arm(instrument, rules.target_of(code, test, specimen), actor=actor)


async def take_reading(
    code: str, *, test: str, specimen: int, reading: int, actor: Actor, reason: str | None = None
) -> CellAnswer:
    """Put the value that was shown into the cell, with its reading's number; an occupied cell needs a reason."""
    async with act(Tag.RESULT_ENTER, actor=actor, subject=code):
        found = await claim_reading(rules.target_of(code, test, specimen), actor=actor, reading=reading)
        return await enter_result(
            code,
            test=test,
            specimen=specimen,
            value=str(found.value),
            reading=found.id,
            instrument=found.instrument,
            reason=reason,
            actor=actor,
        )
