"""Rejected goods are destroyed before two witnesses; the stock changes with the second signature and not before."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.dispositions import rules
from maskqms.dispositions.queries.goods import goods_by_code
from maskqms.dispositions.queries.records import DestructionRow, destruction, locked_destruction
from maskqms.dispositions.states import DestructionState
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.trace.actions.many import set_states
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import MovementKind, UnitState

NOT_WITNESSED = _("Destruction not signed")


async def plan_destruction(units: Sequence[str], *, method: str, reason: str, actor: Actor) -> str:
    """Set goods aside to be destroyed: all that is left of each. The code of the record that the witnesses sign."""
    async with act(Tag.DESTRUCTION_PLAN, actor=actor, subject=units[0] if units else None) as this:
        await lock_units([row.id for row in await goods_by_code(units)])
        goods = await goods_by_code(units)
        refuse(
            _("Destruction not planned"),
            actor.lacks(*rules.HANDLERS) + rules.plan_blockers(goods, method=method, reason=reason),
        )
        code = await next_number("DS")
        made = await sql.fetch_value(
            "INSERT INTO destruction (code, method, reason, state, planned_by, planned_at)"
            " VALUES ($1, $2, $3, 'waiting', $4, $5) RETURNING id",
            code,
            method.strip(),
            reason.strip(),
            actor.account_id,
            this.at,
        )
        await sql.execute(
            "INSERT INTO destruction_line (destruction, unit, quantity)"
            " SELECT $1, t.unit, t.quantity FROM unnest($2::bigint[], $3::numeric[]) AS t (unit, quantity)",
            made,
            [row.id for row in goods],
            [row.on_hand for row in goods],
        )
        lines = [(row.code, row.on_hand, row.unit) for row in goods]
        await this.record(
            subject=code, after={"goods": rules.lines_content(lines), "method": method.strip()}, reason=reason.strip()
        )
        return code


def shown_content(row: DestructionRow) -> str:
    """The digest of what the next witness is shown."""
    return content_digest(
        rules.destruction_content(row.code, row.goods, method=row.method, reason=row.reason, first=row.first_name)
    )


async def witness_destruction(code: str, *, digest: str, signer: Signer) -> DestructionRow:
    """The first or the second signature; with the second one the goods leave the stock as scrap."""
    async with act(Tag.DESTRUCTION_WITNESS, actor=signer.actor, subject=code) as this:
        units = [line.unit for line in (await destruction(code)).lines]
        await lock_units(units)
        row = await locked_destruction(code)
        goods = {one.id: one for one in await goods_by_code([line.code for line in row.lines])}
        refuse(
            NOT_WITNESSED,
            rules.witness_blockers(
                code,
                row.state,
                signer.actor,
                first=row.first_witness,
                first_name=row.first_name,
                first_of_quality=row.first_of_quality,
                lines=[(goods[line.unit], line.quantity) for line in row.lines],
            ),
        )
        if digest != shown_content(row):
            raise Stale(NOT_WITNESSED)
        content = rules.destruction_content(code, row.goods, method=row.method, reason=row.reason, first=row.first_name)
        signature = await sign(signer, Meaning.CHECKED, subject=code, content=content)
        if row.first_witness is None:
            await sql.execute(
                "UPDATE destruction SET first_witness = $2, first_at = $3, first_signature = $4 WHERE id = $1",
                row.id,
                signer.account.id,
                this.at,
                signature,
            )
            await this.record(subject=code, after={"first_witness": signer.account.name})
            return await destruction(code)
        await sql.execute(
            "UPDATE destruction SET second_witness = $2, second_at = $3, second_signature = $4, state = 'done'"
            " WHERE id = $1",
            row.id,
            signer.account.id,
            this.at,
            signature,
        )
        for line in row.lines:
            await record_movement(
                line.unit, kind=MovementKind.SCRAP, quantity=line.quantity, actor=signer.actor, reason=code
            )
        await set_states(units, UnitState.SCRAPPED, actor=signer.actor, reason=code)
        await this.record(
            subject=code,
            before={"state": DestructionState.WAITING},
            after={"state": DestructionState.DONE, "second_witness": signer.account.name},
        )
        return await destruction(code)


async def cancel_destruction(code: str, *, reason: str, actor: Actor) -> DestructionRow:
    """The goods go another way; what was signed stays readable and destroys nothing."""
    async with act(Tag.DESTRUCTION_CANCEL, actor=actor, subject=code) as this:
        await lock_units([line.unit for line in (await destruction(code)).lines])
        row = await locked_destruction(code)
        refuse(
            _("Destruction not cancelled"),
            actor.lacks(*rules.HANDLERS) + rules.cancel_blockers(code, row.state, reason),
        )
        await sql.execute(
            "UPDATE destruction SET state = 'cancelled', cancelled_at = $2, cancel_reason = $3 WHERE id = $1",
            row.id,
            this.at,
            reason.strip(),
        )
        await this.record(
            subject=code, before={"state": row.state}, after={"state": "cancelled"}, reason=reason.strip()
        )
        return await destruction(code)
