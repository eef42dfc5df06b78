"""Part of a delivery, or all of it, is sent away at the door: kept as a record, never stock."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import NotFound, refuse
from maskqms.i18n import _
from maskqms.materials.actions.receive import RECEIVERS
from maskqms.materials.queries.orders import lines_of, locked_order
from maskqms.materials.rules.orders import door_blockers


async def refuse_goods(
    order: str,
    *,
    line: int,
    quantity: Decimal,
    delivery_note: str,
    reason: str,
    actor: Actor,
    supplier_lot: str | None = None,
    rolls: Sequence[str] = (),
) -> int:
    """Send goods of an order away; the number of the record."""
    async with act(Tag.GOODS_REFUSE, actor=actor, subject=order) as this:
        row = await locked_order(order)
        found = next((one for one in await lines_of(row.id) if one.number == line), None)
        if found is None:
            raise NotFound(f"{order} / {line}")
        refuse(_("Not recorded"), actor.lacks(*RECEIVERS) + door_blockers(found.facts, quantity, reason))
        made: int = await sql.fetch_value(
            "INSERT INTO refused_goods (purchase_line, delivery_note, supplier_lot, quantity, rolls, reason,"
            " refused_by, refused_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            found.id,
            delivery_note,
            (supplier_lot or "").strip() or None,
            quantity,
            list(rolls),
            reason.strip(),
            actor.account_id,
            this.at,
        )
        await this.record(
            subject=order,
            after={
                "purchase_line": line,
                "material": found.material_code,
                "quantity": quantity,
                "unit": found.unit,
                "delivery_note": delivery_note,
                "supplier_lot": supplier_lot,
                "rolls": list(rolls),
            },
            reason=reason.strip(),
        )
        return made
