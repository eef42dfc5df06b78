"""A failed lot is inspected roll by roll, and divided: good rolls released, bad ones rejected, with one signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, each_once, refuse
from maskqms.i18n import _
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.actions.review import decide_inspection
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.rules import decision_blockers, person_blockers
from maskqms.lab.states import Decision, Outcome, Purpose
from maskqms.materials.actions.retest import first_retest
from maskqms.materials.queries.lots import LotRow, RollRow, lot_by_code, rolls_of
from maskqms.materials.rules import parting as rules
from maskqms.materials.rules.decision import lot_content, own_test_blockers, release_blockers
from maskqms.materials.states import LotDecision
from maskqms.quality.queries import open_deviations
from maskqms.trace.actions.many import set_states
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class Sorted:
    """The sheets that were opened, one a roll."""

    lot: str
    inspections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """How the lot was divided."""

    lot: str
    released: tuple[str, ...]
    rejected: tuple[str, ...]


async def inspect_rolls(code: str, *, rolls: Sequence[str], actor: Actor) -> Sorted:
    """Open a sheet for each named roll of a lot that failed: the lot's own plan, looked at whole (R49)."""
    async with act(Tag.LOT_SORT, actor=actor, subject=code) as this:
        lot = await lot_by_code(code)
        known = await rolls_of(lot.id)
        units = await lock_units([lot.id, *(roll.id for roll in known)])
        assert lot.inspection is not None
        whole = await locked_sheet(lot.inspection)
        known = await rolls_of(lot.id)
        refuse(
            _("Rolls not inspected one by one"),
            actor.lacks(Role.INSPECTOR, Role.QUALITY)
            + rules.sorting_blockers(code, units[lot.id].state, lot.inspection, whole.inspection.outcome, known, rolls),
        )
        made = [
            await open_inspection(
                purpose=Purpose.INCOMING,
                subject=roll.id,
                title=f"{lot.name_zh} {roll.code}",
                source=whole.inspection.source,
                tests=rules.roll_plan(whole.inspection.plan),
                actor=actor,
            )
            for roll in known
            if roll.code in rolls
        ]
        await this.record(subject=code, after={"rolls": sorted(set(rolls)), "inspections": [row.code for row in made]})
        return Sorted(code, tuple(row.code for row in made))


async def part_lot(code: str, *, rejected: Sequence[str], reason: str, digest: str, signer: Signer) -> Parted:
    """Reject the named rolls and release the others. `digest` is that of the lot and the rolls' sheets as shown."""
    async with act(Tag.LOT_PART, actor=signer.actor, subject=code) as this:
        lot = await lot_by_code(code)
        units = await lock_units([lot.id, *(roll.id for roll in await rolls_of(lot.id))])
        assert lot.inspection is not None
        whole = await locked_sheet(lot.inspection)
        rolls = await rolls_of(lot.id)
        own = {roll.code: await locked_sheet(roll.inspection) for roll in rolls if roll.inspection is not None}
        deviations = await open_deviations([roll.id for roll in rolls])
        deviating = [row.unit_code for row in deviations]
        waiting = [roll for roll in rolls if roll.state is UnitState.QUARANTINE]
        kept = [roll for roll in waiting if roll.code not in rejected]
        refuse(
            _("Lot not divided"),
            each_once(
                signer.actor.lacks(Role.QUALITY)
                + rules.undecided_blockers(code, units[lot.id].state)
                + _sheet_blockers(whole, own, signer)
                + rules.parting_blockers(
                    code,
                    whole.inspection.outcome,
                    rolls,
                    rejected,
                    loose=not rolls or units[lot.id].on_hand > 0,
                    deviating=deviating,
                    reason=reason,
                )
                + release_blockers(units[lot.id], this.at, [units[roll.id] for roll in kept])
                + _own_tests(lot, whole, own, kept)
            ),
        )
        shown = rules.parting_content(
            lot_content(lot.facts, whole.verdict),
            {roll: (found.inspection.code, found.verdict) for roll, found in own.items()},
        )
        if digest != content_digest(shown):
            raise Stale(_("Lot not divided"))
        good = tuple(roll.code for roll in kept)
        bad = tuple(roll.code for roll in waiting if roll.code in rejected)
        content = {
            **shown,
            "decision": LotDecision.PART,
            "released": list(good),
            "rejected": list(bad),
            "reason": reason.strip(),
        }
        signature = await sign(signer, Meaning.APPROVED, subject=code, content=content)
        await _decide_sheets(whole, own, bad, signature, signer)
        await _divide(lot, waiting, bad, reason.strip(), signer)
        await first_retest(
            lot,
            [roll.id for roll in kept],
            whole.inspection.entered_at or this.at,
            whole.inspection.id,
            actor=signer.actor,
        )
        await sql.execute(
            "UPDATE lot SET decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5, signature = $6"
            " WHERE id = $1 AND decision IS NULL",
            lot.id,
            LotDecision.PART,
            reason.strip(),
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=code,
            before={"state": UnitState.QUARANTINE},
            after={"decision": LotDecision.PART, "released": good, "rejected": bad},
            reason=reason.strip(),
        )
        return Parted(code, good, bad)


def _sheet_blockers(whole: Sheet, own: Mapping[str, Sheet], signer: Signer) -> list[Reason]:
    """The lot's sheet is reviewed, and the signer took part in none of them (R10)."""
    row = whole.inspection
    agreed = Decision.ACCEPTED if row.outcome is Outcome.PASS else Decision.REJECTED
    reasons = decision_blockers(row.code, row.state, whole.verdict.outcome, agreed)
    for one in (whole, *own.values()):
        reasons += person_blockers(
            signer.account.id,
            analysts=one.analysts,
            reviewer=one.inspection.reviewer,
            reviewer_name=one.inspection.reviewer_name,
        )
    return reasons


def _own_tests(lot: LotRow, whole: Sheet, own: Mapping[str, Sheet], kept: Sequence[RollRow]) -> list[Reason]:
    """A key material's own filtration test stands behind each roll that is released (R47)."""
    reasons: list[Reason] = []
    for roll in kept:
        found = own.get(roll.code, whole)
        if found.verdict.outcome is Outcome.PASS:
            reasons += own_test_blockers(lot.category, found.inspection.plan, found.verdict, roll.code)
    return reasons


async def _decide_sheets(
    whole: Sheet, own: Mapping[str, Sheet], bad: Sequence[str], signature: int, signer: Signer
) -> None:
    passed = whole.inspection.outcome is Outcome.PASS
    await decide_inspection(
        whole.inspection.code,
        decision=Decision.ACCEPTED if passed else Decision.REJECTED,
        signature=signature,
        signer=signer,
    )
    for roll, found in own.items():
        await decide_inspection(
            found.inspection.code,
            decision=Decision.REJECTED if roll in bad else Decision.ACCEPTED,
            signature=signature,
            signer=signer,
            otherwise_known=True,
        )


async def _divide(lot: LotRow, waiting: Sequence[RollRow], bad: Sequence[str], reason: str, signer: Signer) -> None:
    """The lot itself counts as decided: nothing of it is loose, and each roll answers for itself."""
    await set_states(
        [roll.id for roll in waiting if roll.code in bad], UnitState.REJECTED, actor=signer.actor, reason=reason
    )
    good = [roll.id for roll in waiting if roll.code not in bad]
    await set_states([lot.id, *good], UnitState.RELEASED, actor=signer.actor, reason=reason)
