"""What is bought before it comes: an order for every delivery, one that is overdue, one that is still a draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from maskqms.demo.clockwork import Story
from maskqms.demo.days import after, at, before, dice
from maskqms.demo.deliveries import Delivery
from maskqms.demo.materials import MELTBLOWN
from maskqms.demo.suppliers import TRADER
from maskqms.demo.world import World
from maskqms.materials.actions.orders import draft_order, place_order
from maskqms.materials.rules.orders import NewLine

LEAD = 4
"""Working days from the order to the lorry."""


async def buy(world: World, delivery: Delivery) -> Story:
    """The warehouse orders what the plan needs, some days before it comes. The trader owes a part of its order."""
    day = before(delivery.day, LEAD)
    chance = dice(f"order:{delivery.name}")
    yield at(day, "14:00", chance.randint(0, 90))
    owed = delivery.quantity if delivery.supplier == TRADER else 0
    world.orders[delivery.name] = await _ordered(
        world, delivery.supplier, delivery.material, delivery.quantity + owed, delivery.day
    )


async def buy_more(world: World) -> Story:
    """On the last days one order is late at the factory's door and another is written and not placed."""
    last = world.calendar.last
    yield at(before(last, 3), "15:40")
    await _ordered(world, "S003", "M-SB-OUT", 30000, before(last, 1))
    yield at(last, "15:10")
    line = NewLine(Decimal(20000), after(last, 6), Decimal(5))
    await draft_order(supplier="S002", first=(MELTBLOWN, line), note="下月用量", actor=world.staff["zheng"])


async def _ordered(world: World, supplier: str, material: str, quantity: int, due_on: date) -> str:
    line = NewLine(Decimal(quantity), due_on, Decimal(5))
    code = await draft_order(supplier=supplier, first=(material, line), actor=world.staff["zheng"])
    await place_order(code, actor=world.staff["zheng"])
    return code
