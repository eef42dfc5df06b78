"""What a receipt does besides making the lot: it finds its order's line, moves the order on, keeps the papers."""

from __future__ import annotations

from hashlib import sha256

from maskqms.audit.acts import Act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.kept_file import media_type
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.orders import OrderLineRow, awaited_line, lines_of, locked_order, order_by_code
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.materials.rules.orders import state_after
from maskqms.materials.rules.receipt import Receipt
from maskqms.materials.states import OrderState
from maskqms.trace.queries.units import UnitRow


async def line_of(source: SupplierRow, about: MaterialRow, receipt: Receipt) -> OrderLineRow | None:
    """The line it comes on, under the order's lock: the one that was named, else the one that is due first."""
    code = receipt.order
    if code is None:
        awaited = await awaited_line(source.id, about.id)
        code = None if awaited is None else awaited.order_code
    if code is None:
        return None
    order = await locked_order(code)
    lines = [one for one in await lines_of(order.id) if one.material == about.id and receipt.line in (None, one.number)]
    return min(lines, key=lambda one: (one.missing == 0, one.due_on, one.id), default=None)


async def move_order(line: OrderLineRow, this: Act) -> None:
    """The order is part delivered, or closed when the last of it came."""
    order = await order_by_code(line.order_code)
    state = state_after([one.facts for one in await lines_of(order.id)])
    if state is order.state:
        return
    await sql.execute(
        "UPDATE purchase_order SET state = $2, ended_at = $3 WHERE id = $1",
        order.id,
        state,
        this.at if state is OrderState.CLOSED else None,
    )
    await this.record(
        subject=order.code, before={"state": order.state}, after={"state": state}, tag=Tag.ORDER_DELIVERED
    )


async def keep_certificates(lot: UnitRow, receipt: Receipt, this: Act) -> list[str]:
    """The papers that came with the goods; the digests, which the trail keeps."""
    digests = {sha256(paper.content).hexdigest(): paper for paper in receipt.certificates}
    for digest, paper in digests.items():
        await sql.execute(
            "INSERT INTO lot_certificate (lot, name, media_type, digest, content, added_by, added_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            lot.id,
            paper.name,
            media_type(paper.content),
            digest,
            paper.content,
            this.actor.account_id,
            this.at,
        )
    return list(digests)
