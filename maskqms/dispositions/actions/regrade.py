"""A rejected unit becomes another material: asked for by one, signed by another of quality, inspected as what it is.

The new lot begins in quarantine with the sheet of its own material; the old unit stays rejected, with nothing left of
it, and the ledger shows what came of what.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.db.numbering import next_number
from maskqms.dispositions import rules
from maskqms.dispositions.queries.goods import GoodsRow, TargetRow, failed_sheet, goods_by_code, materials_been, target
from maskqms.dispositions.queries.records import RegradeRow, locked_regrade, regrade
from maskqms.dispositions.states import RegradeState
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.states import Purpose
from maskqms.materials.queries.changes import limits_of
from maskqms.materials.states import Measure
from maskqms.trace.actions.link import link
from maskqms.trace.actions.units import make_unit
from maskqms.trace.queries.units import UnitRow, lock_units
from maskqms.trace.states import Activity, UnitKind, UnitState


async def request_regrade(unit: str, *, material: str, reason: str, actor: Actor) -> str:
    """Ask that all that is left of a rejected unit becomes another material; the code of the request."""
    async with act(Tag.REGRADE_REQUEST, actor=actor, subject=unit) as this:
        found = (await goods_by_code([unit]))[0]
        row = (await lock_units([found.id]))[found.id]
        goods = (await goods_by_code([unit]))[0]
        wanted = await target(material)
        refuse(
            _("Regrade not requested"),
            actor.lacks(*rules.REQUESTERS) + await _blockers(goods, row, wanted, this.at, reason),
        )
        code = await next_number("RG")
        await sql.execute(
            "INSERT INTO regrade (code, unit, material, quantity, reason, state, requested_by, requested_at)"
            " VALUES ($1, $2, $3, $4, $5, 'requested', $6, $7)",
            code,
            row.id,
            wanted.id,
            row.on_hand,
            reason.strip(),
            actor.account_id,
            this.at,
        )
        await this.record(
            subject=code,
            after={"unit": unit, "quantity": row.on_hand, "of": row.unit, "becomes": material},
            reason=reason.strip(),
        )
        return code


async def _blockers(
    goods: GoodsRow, unit: UnitRow, wanted: TargetRow, at: datetime, reason: str, *, known: str | None = None
) -> list[Reason]:
    failed = await failed_sheet(goods.id, goods.lot)
    return rules.regrade_blockers(
        goods,
        unit,
        at,
        category=goods.category,
        been=await materials_been(goods.id),
        target=wanted,
        failed=None if failed is None else failed.verdict,
        limits=await limits_of(goods.id),
        reason=reason,
        pending_known=known,
    )


async def decide_regrade(code: str, *, approve: bool, reason: str, digest: str, signer: Signer) -> RegradeRow:
    """Approve or refuse a request. Approved, the new lot is made at once and waits for its own inspection."""
    async with act(Tag.REGRADE_DECIDE, actor=signer.actor, subject=code) as this:
        asked = await regrade(code)
        unit = (await lock_units([asked.unit]))[asked.unit]
        row = await locked_regrade(code)
        goods = (await goods_by_code([unit.code]))[0]
        wanted = await target(row.material_code)
        state = RegradeState.APPROVED if approve else RegradeState.REFUSED
        reasons = signer.actor.lacks(Role.QUALITY) + rules.approval_blockers(
            code,
            row.state,
            state,
            requester=row.requested_by,
            requester_name=row.requested_name,
            decider=signer.account.id,
        )
        if approve and row.state is RegradeState.REQUESTED:
            reasons += await _blockers(goods, unit, wanted, this.at, row.reason, known=code)
        if not approve:
            reasons += rules.why_blockers(reason)
        refuse(_("Regrade not decided"), reasons)
        if digest != content_digest(row.content) or (approve and unit.on_hand != row.quantity):
            raise Stale(_("Regrade not decided"))
        why = reason.strip() or None
        content = {**row.content, "decision": state, "decision_reason": why}
        meaning = Meaning.APPROVED if approve else Meaning.REJECTED
        signature = await sign(signer, meaning, subject=code, content=content)
        lot = await _make_lot(row, goods, unit, wanted, signer.actor, this.at) if approve else None
        await sql.execute(
            "UPDATE regrade SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5, signature = $6,"
            " lot = $7 WHERE id = $1 AND state = 'requested'",
            row.id,
            state,
            signer.account.id,
            this.at,
            why,
            signature,
            None if lot is None else lot.id,
        )
        await this.record(
            subject=code,
            before={"state": row.state},
            after={"state": state, "lot": None if lot is None else lot.code, "unit": unit.code},
            reason=why,
        )
        return await regrade(code)


async def _make_lot(
    row: RegradeRow, goods: GoodsRow, unit: UnitRow, wanted: TargetRow, actor: Actor, at: datetime
) -> UnitRow:
    """The new lot: everything of the old delivery but material and limits; a roll where the old one was a roll."""
    made = await _make_unit(UnitKind.LOT, await next_number("ML"), unit, wanted, goods, actor)
    await link(
        parent=unit.id, child=made.id, activity=Activity.REWORK, quantity=unit.on_hand, actor=actor, reason=row.code
    )
    await sql.execute(
        "INSERT INTO lot (id, material, supplier, specification, approval, credentials, supplier_lot, manufacturer,"
        " made_on, expires_on, delivery_note, received_by, received_at)"
        " SELECT $1, $2, supplier, $3, approval, credentials, supplier_lot, manufacturer, made_on, expires_on, $4, $5,"
        " $6 FROM lot WHERE id = $7",
        made.id,
        wanted.id,
        wanted.specification,
        row.code,
        actor.account_id,
        at,
        goods.lot,
    )
    if goods.kind is UnitKind.ROLL:
        roll = await _make_unit(UnitKind.ROLL, f"{made.code}-R01", unit, wanted, goods, actor)
        await sql.execute(
            "INSERT INTO roll (id, lot, number, supplier_roll, metres, kilograms)"
            " SELECT $1, $2, 1, supplier_roll, $3, $4 FROM roll WHERE id = $5",
            roll.id,
            made.id,
            _in(Measure.METRE, unit),
            _in(Measure.KILOGRAM, unit),
            unit.id,
        )
        await link(parent=made.id, child=roll.id, activity=Activity.SPLIT, quantity=roll.quantity, actor=actor)
    await _inspect(made, unit, wanted, actor)
    return made


def _in(measure: Measure, unit: UnitRow) -> Decimal | None:
    return unit.on_hand if unit.unit == measure else None


async def _make_unit(
    kind: UnitKind, code: str, old: UnitRow, wanted: TargetRow, goods: GoodsRow, actor: Actor
) -> UnitRow:
    """As old as what it is made of: a regrade makes nothing younger. The retest date of the old grade ends with it; the
    new one is set by the new lot's release."""
    return await make_unit(
        kind=kind,
        code=code,
        item=wanted.name,
        quantity=old.on_hand,
        unit=old.unit,
        state=UnitState.QUARANTINE,
        usable_until=None if goods.expires_on is None else end_of_day(goods.expires_on),
        made_on=old.made_on,
        supplier=goods.supplier_code,
        supplier_lot=goods.supplier_lot,
        identifiers={"material": wanted.code, "regraded_from": old.code},
        actor=actor,
    )


async def _inspect(made: UnitRow, old: UnitRow, wanted: TargetRow, actor: Actor) -> None:
    assert wanted.tests is not None
    assert wanted.level is not None
    assert wanted.aql is not None
    pieces = int(old.on_hand) if old.unit == Measure.PIECE else 1
    await open_inspection(
        purpose=Purpose.INCOMING,
        subject=made.id,
        title=wanted.name,
        source=f"{wanted.code} v{wanted.version}",
        tests=wanted.tests.plan(pieces, wanted.level, wanted.aql),
        actor=actor,
    )
