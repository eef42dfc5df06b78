"""Consignees and shipments, made by the real acts."""

from __future__ import annotations

from maskqms.db import sql
from maskqms.shipping.actions.confirm import confirm_shipment
from maskqms.shipping.actions.consignees import create_consignee
from maskqms.shipping.actions.pick import check_carton, open_shipment, scan_carton
from maskqms.shipping.rules import Terms
from tests.conftest import People


async def consignee(people: People, **details: object) -> Terms:
    """A hospital that takes goods with half a year left."""
    facts = {
        "name": "郑州市第一人民医院",
        "address": "郑州市管城区东大街 56 号",
        "contact": "王科长 0371-66221234",
        "min_remaining_days": 180,
        **details,
    }
    return await create_consignee(**facts, actor=people.warehouse)  # type: ignore[arg-type]


async def shipment(people: People, to: str | None = None) -> str:
    """An open shipment."""
    target = to or (await consignee(people)).code
    return (await open_shipment(target, actor=people.warehouse)).code


async def cartons(batch: str) -> list[str]:
    """The codes of a batch's cartons."""
    rows = await sql.fetch(
        "SELECT u.code FROM carton c JOIN trace_unit u ON u.id = c.id JOIN trace_unit b ON b.id = c.batch"
        " WHERE b.code = $1 AND c.unpacked_at IS NULL ORDER BY c.number",
        batch,
    )
    return [row["code"] for row in rows]


async def picked(people: People, batch: str, *, to: str | None = None, checked: bool = True) -> str:
    """A shipment with every carton of the batch, checked by a second person."""
    code = await shipment(people, to)
    for carton in await cartons(batch):
        await scan_carton(code, carton, actor=people.warehouse)
        if checked:
            await check_carton(code, carton, actor=people.warehouse2)
    return code


async def shipped(people: People, batch: str, *, to: str | None = None) -> str:
    code = await picked(people, batch, to=to)
    await confirm_shipment(code, carrier="顺丰速运", waybill="SF1234567890", actor=people.warehouse)
    return code
