"""A lot may be used before its last result is there, signed by quality; its batches wait for that result (R8)."""

from __future__ import annotations

import json

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.lab.queries.sheets import locked_sheet
from maskqms.lab.rules import person_blockers
from maskqms.materials.actions.decide import Decided
from maskqms.materials.actions.retest import first_retest
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.rules.conditional import (
    conditional_blockers,
    conditional_content,
    missing_facts,
    missing_tests,
)
from maskqms.materials.rules.decision import lot_content, own_test_blockers, release_blockers
from maskqms.materials.rules.parting import undecided_blockers
from maskqms.materials.states import LotDecision
from maskqms.trace.actions.many import set_states
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import UnitState

NOT_DONE = _("Lot not released conditionally")


async def release_conditionally(code: str, *, reason: str, digest: str, signer: Signer) -> Decided:
    """Let a lot with its rolls be used while results are missing. `digest` is that of the lot as it was shown."""
    async with act(Tag.LOT_CONDITIONAL, actor=signer.actor, subject=code) as this:
        lot = await lot_by_code(code)
        rolls = [roll.id for roll in await rolls_of(lot.id)]
        units = await lock_units([lot.id, *rolls])
        assert lot.inspection is not None
        sheet = await locked_sheet(lot.inspection)
        plan = sheet.inspection.plan
        refuse(
            NOT_DONE,
            signer.actor.lacks(Role.QUALITY)
            + undecided_blockers(code, units[lot.id].state)
            + release_blockers(units[lot.id], this.at, [units[roll] for roll in rolls])
            + conditional_blockers(lot.inspection, sheet.inspection.state, plan, sheet.verdict, reason)
            + own_test_blockers(lot.category, plan, sheet.verdict, code)
            + person_blockers(signer.account.id, analysts=sheet.analysts),
        )
        shown = lot_content(lot.facts, sheet.verdict)
        if digest != content_digest(shown):
            raise Stale(NOT_DONE)
        missing = missing_tests(sheet.verdict)
        content = conditional_content(shown, missing, reason)
        signature = await sign(signer, Meaning.CONDITIONALLY_RELEASED, subject=code, content=content)
        waiting = [unit.id for unit in units.values() if unit.state is UnitState.QUARANTINE]
        await set_states(waiting, UnitState.CONDITIONAL, actor=signer.actor, reason=reason.strip())
        tested = max((result.at for result in sheet.results), default=this.at)  # the sheet is not handed in yet
        await first_retest(lot, rolls, tested, sheet.inspection.id, actor=signer.actor)
        await sql.execute(
            "INSERT INTO conditional_release (lot, missing, reason, released_by, released_at, signature)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            lot.id,
            json.dumps(missing_facts(missing)),
            reason.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        await sql.execute(
            "UPDATE lot SET decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5, signature = $6"
            " WHERE id = $1 AND decision IS NULL",
            lot.id,
            LotDecision.CONDITIONAL,
            reason.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=code,
            before={"state": UnitState.QUARANTINE},
            after={"state": UnitState.CONDITIONAL, "missing": [test.test for test in missing]},
            reason=reason.strip(),
        )
        return Decided(code, UnitState.CONDITIONAL, len(rolls))
