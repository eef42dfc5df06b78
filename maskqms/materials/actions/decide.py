"""A lot is released or rejected by a third person with a signature; of two who decide at once exactly one does.

A conditionally released lot is decided here too, when its missing result is there. Rejecting it holds in the same act
whatever was made of it: that went on its way while nobody knew.
"""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, each_once, refuse
from maskqms.i18n import _
from maskqms.lab.actions.review import decide_inspection
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.rules import decision_blockers, person_blockers
from maskqms.materials.actions.retest import first_retest
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.rules import decision as rules
from maskqms.materials.rules.parting import own_sheet_blockers
from maskqms.materials.states import LotDecision
from maskqms.quality.queries import open_deviations
from maskqms.trace.actions.cascade import descendants, lock_until_still
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.actions.many import set_states
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.states import UnitState

MEANINGS = {LotDecision.RELEASE: Meaning.RELEASED, LotDecision.REJECT: Meaning.REJECTED}


@dataclass(frozen=True, slots=True)
class Decided:
    lot: str
    state: UnitState
    rolls: int


async def decide_lot(
    code: str, *, decision: LotDecision, digest: str, signer: Signer, reason: str | None = None
) -> Decided:
    """Release or reject a lot with all its rolls. `digest` is that of what was shown; rejected is final (R7)."""
    async with act(Tag.LOT_DECIDE, actor=signer.actor, subject=code) as this:
        lot = await lot_by_code(code)
        if lot.state is UnitState.CONDITIONAL:
            await lock_until_still(lambda: descendants([lot.id]))
        rolls = [roll.id for roll in await rolls_of(lot.id)]
        units = await lock_units([lot.id, *rolls])
        alone = await rolls_of(lot.id)
        assert lot.inspection is not None
        sheet = await locked_sheet(lot.inspection)
        known = bool(await open_deviations([lot.id, *rolls]))
        reasons = signer.actor.lacks(Role.QUALITY)
        reasons += _lot_blockers(lot, units, sheet, decision, reason)
        if decision is LotDecision.RELEASE:
            reasons += rules.release_blockers(units[lot.id], this.at, [units[roll] for roll in rolls])
            reasons += own_sheet_blockers(alone)
        reasons += _sheet_blockers(sheet, decision, signer.account.id, known)
        own = [await locked_sheet(roll.inspection) for roll in alone if roll.inspection is not None]
        for one in own:
            reasons += _sheet_blockers(one, decision, signer.account.id, known=True)
        refuse(_("Lot not decided"), each_once(reasons))
        shown = rules.lot_content(lot.facts, sheet.verdict)
        if digest != content_digest(shown):
            raise Stale(_("Lot not decided"))
        why = (reason or "").strip() or None
        content = {**shown, "decision": decision, "reason": why}
        signature = await sign(signer, MEANINGS[decision], subject=code, content=content)
        await decide_inspection(
            lot.inspection,
            decision=rules.LAB_DECISION[decision],
            signature=signature,
            signer=signer,
            otherwise_known=known,
        )
        for one in own:  # a roll's own sheet ends with the lot: nothing of it waits for anybody any more
            await decide_inspection(
                one.inspection.code,
                decision=rules.LAB_DECISION[decision],
                signature=signature,
                signer=signer,
                otherwise_known=True,
            )
        state = rules.UNIT_STATE[decision]
        waiting = [unit.id for unit in units.values() if unit.state in rules.UNDECIDED]
        await set_states(waiting, state, actor=signer.actor, reason=why)
        before = units[lot.id].state
        if decision is LotDecision.RELEASE and before is UnitState.QUARANTINE:
            await first_retest(
                lot, rolls, sheet.inspection.entered_at or this.at, sheet.inspection.id, actor=signer.actor
            )
        if before is UnitState.CONDITIONAL and decision is LotDecision.REJECT:
            used = _("{code} was rejected after it was used: {why}", code=code, why=why)
            await place_hold(unit=code, reason=str(used), actor=signer.actor)
        await sql.execute(
            "UPDATE lot SET decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5, signature = $6"
            " WHERE id = $1 AND (decision IS NULL OR decision = 'conditional')",
            lot.id,
            decision,
            why,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=code,
            before={"state": before},
            after={"state": state, "rolls": len(rolls), "usable_until": units[lot.id].usable_until},
            reason=why,
        )
        return Decided(code, state, len(rolls))


def _lot_blockers(
    lot: LotRow, units: dict[int, UnitRow], sheet: Sheet, decision: LotDecision, reason: str | None
) -> list[Reason]:
    reasons = rules.decided_blockers(lot.code, units[lot.id].state) + rules.reason_blockers(decision, reason)
    if decision is LotDecision.RELEASE:
        reasons += rules.own_test_blockers(lot.category, sheet.inspection.plan, sheet.verdict, lot.code)
    return reasons


def _sheet_blockers(sheet: Sheet, decision: LotDecision, account: int, known: bool) -> list[Reason]:
    """The lab's own reasons, asked here so that they stand beside the lot's."""
    row = sheet.inspection
    return decision_blockers(
        row.code, row.state, sheet.verdict.outcome, rules.LAB_DECISION[decision], otherwise_known=known
    ) + person_blockers(account, analysts=sheet.analysts, reviewer=row.reviewer, reviewer_name=row.reviewer_name)
