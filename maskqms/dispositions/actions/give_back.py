"""Rejected goods go back to their supplier: out of stock by a movement, with a numbered note (S23)."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.dispositions import rules
from maskqms.dispositions.queries.goods import goods_by_code
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.units import lock_units
from maskqms.trace.states import MovementKind


async def return_goods(units: Sequence[str], *, waybill: str, carrier: str, reason: str, actor: Actor) -> str:
    """Hand all that is left of the named units to the carrier; the code of the note. What went stays rejected."""
    async with act(Tag.GOODS_RETURN, actor=actor, subject=units[0] if units else None) as this:
        await lock_units([row.id for row in await goods_by_code(units)])
        goods = await goods_by_code(units)
        refuse(
            _("Not returned to the supplier"),
            actor.lacks(*rules.HANDLERS)
            + rules.return_blockers(goods, waybill=waybill, carrier=carrier, reason=reason),
        )
        code = await next_number("SR")
        made = await sql.fetch_value(
            "INSERT INTO goods_return (code, supplier, waybill, carrier, reason, returned_by, returned_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            code,
            goods[0].supplier,
            waybill.strip(),
            carrier.strip(),
            reason.strip(),
            actor.account_id,
            this.at,
        )
        await sql.execute(
            "INSERT INTO goods_return_line (goods_return, unit, quantity)"
            " SELECT $1, t.unit, t.quantity FROM unnest($2::bigint[], $3::numeric[]) AS t (unit, quantity)",
            made,
            [row.id for row in goods],
            [row.on_hand for row in goods],
        )
        for row in goods:
            await record_movement(
                row.id, kind=MovementKind.RETURN, quantity=row.on_hand, actor=actor, reason=f"{code}: {reason.strip()}"
            )
        await this.record(
            subject=code,
            after={
                "supplier": goods[0].supplier_code,
                "goods": rules.lines_content([(row.code, row.on_hand, row.unit) for row in goods]),
                "waybill": waybill.strip(),
                "carrier": carrier.strip(),
            },
            reason=reason.strip(),
        )
        return code
