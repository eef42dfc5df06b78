"""Purchase orders: written, placed while the supplier may deliver, ended. A line keeps the version it was bought to."""

from __future__ import annotations

from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.numbering import next_number
from maskqms.errors import NotFound, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.materials.queries.materials import HOLDS_NOW, locked_material, material_by_code
from maskqms.materials.queries.orders import lines_of, locked_order, order_by_code, ordered_facts
from maskqms.materials.queries.suppliers import locked_supplier, supplier_by_code
from maskqms.materials.rules.orders import (
    NewLine,
    draft_blockers,
    ending_blockers,
    new_line_blockers,
    placing_blockers,
)
from maskqms.materials.states import OrderState

BUYERS = (Role.WAREHOUSE, Role.QUALITY)


async def draft_order(
    *, supplier: str, actor: Actor, note: str | None = None, first: tuple[str, NewLine] | None = None
) -> str:
    """A draft nobody is bound by yet, with its first material and line where they are known; its code."""
    async with act(Tag.ORDER_DRAFT, actor=actor, subject=supplier) as this:
        source = await supplier_by_code(supplier)
        refuse(_("Order not written"), actor.lacks(*BUYERS))
        code = await next_number("PO")
        await sql.execute(
            "INSERT INTO purchase_order (code, supplier, state, note, drafted_by, drafted_at)"
            " VALUES ($1, $2, 'draft', $3, $4, $5)",
            code,
            source.id,
            (note or "").strip() or None,
            actor.account_id,
            this.at,
        )
        await this.record(subject=code, after={"supplier": supplier, "note": note})
        if first is not None:
            await add_line(code, material=first[0], line=first[1], actor=actor)
        return code


async def add_line(code: str, *, material: str, line: NewLine, actor: Actor) -> int:
    """One more material on a draft; the number of its line."""
    async with act(Tag.ORDER_CHANGE, actor=actor, subject=code) as this:
        order = await locked_order(code)
        about = await material_by_code(material)
        refuse(
            _("Line not added"),
            actor.lacks(*BUYERS)
            + draft_blockers(code, order.state)
            + new_line_blockers(line, about.unit, local(this.at).date()),
        )
        number: int = await sql.fetch_value(
            "INSERT INTO purchase_line (purchase_order, number, material, quantity, due_on, over_percent)"
            " SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM purchase_line WHERE purchase_order = $1"
            " RETURNING number",
            order.id,
            about.id,
            line.quantity,
            line.due_on,
            line.over_percent,
        )
        await this.record(
            subject=code,
            after={
                "purchase_line": number,
                "material": material,
                "quantity": line.quantity,
                "unit": about.unit,
                "due_on": line.due_on,
                "over_percent": line.over_percent,
            },
        )
        return number


async def remove_line(code: str, number: int, *, actor: Actor) -> None:
    """Take a line of a draft away; its number is not used again."""
    async with act(Tag.ORDER_CHANGE, actor=actor, subject=code) as this:
        order = await locked_order(code)
        refuse(_("Line not removed"), actor.lacks(*BUYERS) + draft_blockers(code, order.state))
        done = await sql.fetch_value(
            "UPDATE purchase_line SET removed_at = $3 WHERE purchase_order = $1 AND number = $2 AND removed_at IS NULL"
            " RETURNING id",
            order.id,
            number,
            this.at,
        )
        if done is None:
            raise NotFound(f"{code} / {number}")
        await this.record(subject=code, before={"purchase_line": number}, after={"purchase_line": None})


async def place_order(code: str, *, actor: Actor) -> None:
    """Order it: refused when approval, papers, agreement or specification fail that day (R42, R45, R47, S15)."""
    async with act(Tag.ORDER_PLACE, actor=actor, subject=code) as this:
        source = await locked_supplier((await order_by_code(code)).supplier_code)
        order = await locked_order(code)
        lines = await lines_of(order.id)
        for material in sorted({line.material_code for line in lines}):
            await locked_material(material)
        refuse(
            _("Order not placed"),
            actor.lacks(*BUYERS)
            + placing_blockers(code, order.state, await ordered_facts(source, lines, local(this.at).date())),
        )
        await sql.execute(
            "UPDATE purchase_line l SET specification = s.id FROM specification s WHERE l.purchase_order = $1"
            f" AND l.removed_at IS NULL AND s.material = l.material AND {HOLDS_NOW}",
            order.id,
        )
        await sql.execute(
            "UPDATE purchase_order SET state = 'placed', ordered_by = $2, ordered_at = $3 WHERE id = $1",
            order.id,
            actor.account_id,
            this.at,
        )
        bound = [f"{one.material_code} v{one.version}" for one in await lines_of(order.id)]
        await this.record(
            subject=code, before={"state": order.state}, after={"state": "placed", "specification": bound}
        )


async def close_order(code: str, *, reason: str, actor: Actor) -> None:
    """Nothing more is awaited although something is missing."""
    await _end(code, OrderState.CLOSED, reason, Tag.ORDER_CLOSE, actor)


async def cancel_order(code: str, *, reason: str, actor: Actor) -> None:
    """It is not bought after all; only before anything of it came."""
    await _end(code, OrderState.CANCELLED, reason, Tag.ORDER_CANCEL, actor)


async def _end(code: str, wanted: OrderState, reason: str, tag: Tag, actor: Actor) -> None:
    async with act(tag, actor=actor, subject=code) as this:
        order = await locked_order(code)
        refuse(
            _("Order not ended"),
            actor.lacks(*BUYERS) + ending_blockers(code, order.state, wanted) + reason_blockers(reason),
        )
        await sql.execute(
            "UPDATE purchase_order SET state = $2, ended_by = $3, ended_at = $4, ended_reason = $5 WHERE id = $1",
            order.id,
            wanted,
            actor.account_id,
            this.at,
            reason.strip(),
        )
        missing = {str(line.number): line.missing for line in await lines_of(order.id) if line.missing > Decimal(0)}
        await this.record(
            subject=code,
            before={"state": order.state},
            after={"state": wanted, "missing": missing},
            reason=reason.strip(),
        )
