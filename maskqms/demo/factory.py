"""Everything together: the factory is set up, the month is worked, the trail is sealed, and the clock runs on."""

from __future__ import annotations

import asyncpg

from maskqms.audit.seals import seal
from maskqms.demo.clockwork import Clockwork, Seen, Story
from maskqms.demo.days import WHOLE_MONTH, Calendar, at
from maskqms.demo.deliveries import deliveries
from maskqms.demo.incoming import take_in
from maskqms.demo.instruments import register_instruments
from maskqms.demo.materials import enter_materials
from maskqms.demo.orders import buy, buy_more
from maskqms.demo.plan import month
from maskqms.demo.production import make
from maskqms.demo.products import KN95, SURGICAL, enter_products
from maskqms.demo.release import review_production, test_and_decide
from maskqms.demo.shipping import enter_buyers, pick_only, ship
from maskqms.demo.suppliers import enter_suppliers
from maskqms.demo.warehouse import open_warehouse, read_the_air, shelve_cartons
from maskqms.demo.world import World


async def work(owner: asyncpg.Connection, *, days: int = WHOLE_MONTH, seen: Seen | None = None) -> World:
    """Work so many days up to the last one. `owner` moves the clock; all acts are the application's."""
    calendar = Calendar.of(days)
    world = World(calendar, Clockwork(owner, at(calendar.setup, "08:00")))
    for story in _stories(world):
        world.clock.begin(story)
    await world.clock.run(until=calendar.now, seen=seen)
    await world.clock.set(calendar.now)
    await seal()
    return world


def _stories(world: World) -> list[Story]:
    """Every story waits for its own first hour, whatever its place here."""
    calendar, staff = world.calendar, world.staff
    batches = month(calendar)
    return [
        staff.arrive(calendar),
        enter_materials(staff, calendar),
        enter_suppliers(staff, calendar),
        enter_products(staff, calendar),
        enter_buyers(staff, calendar),
        register_instruments(world, calendar),
        open_warehouse(staff, calendar),
        *(buy(world, delivery) for delivery in deliveries(calendar, batches)),
        buy_more(world),
        *(take_in(world, delivery) for delivery in deliveries(calendar, batches)),
        *(make(world, batch) for batch in batches),
        *(test_and_decide(world, batch) for batch in batches),
        *(review_production(world, batch) for batch in batches),
        *(ship(world, day, SURGICAL) for day in calendar.days),
        *(ship(world, day, KN95) for day in calendar.days[2::3]),
        *(read_the_air(world, day) for day in calendar.days),
        pick_only(world, calendar.last),
        shelve_cartons(world, calendar.last),
        seal_days(world),
    ]


async def seal_days(world: World) -> Story:
    """The trail is sealed every evening while the month is made; a running server does it every second."""
    for day in world.calendar.days:
        yield at(day, "19:00")
        await seal()
