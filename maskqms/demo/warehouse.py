"""The warehouse of the demo: its places, where each delivery and the packed cartons stand, and the air around them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from maskqms.db import sql
from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, at, dice
from maskqms.demo.materials import MELTBLOWN, MELTBLOWN_KN
from maskqms.demo.people import Staff
from maskqms.demo.world import World
from maskqms.materials.actions.conditions import record_readings, set_storage_limits
from maskqms.materials.actions.locations import enter_location, put_away
from maskqms.materials.actions.retest import set_retest_rule
from maskqms.materials.queries.locations import UNPLACED
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.stock_states import LocationKind

ARRIVALS, SHELF, FINISHED, REJECTS = "D-01", "Q-01", "F-01", "R-01"
PLACES = (
    (ARRIVALS, "来料待验区", "Arrivals, awaiting inspection", LocationKind.AWAITING),
    ("D-02", "成品待检区", "Finished goods, awaiting release", LocationKind.AWAITING),
    (SHELF, "原料合格区", "Materials, qualified", LocationKind.QUALIFIED),
    (FINISHED, "成品合格区", "Finished goods, released", LocationKind.QUALIFIED),
    ("L1-01", "1 号线边库", "At line 1", LocationKind.LINE),
    (REJECTS, "不合格品区", "Rejects", LocationKind.REJECTED),
    ("H-01", "冻结区", "Hold area", LocationKind.HOLD),
    ("T-01", "退货区", "Returns", LocationKind.RETURNS),
    ("Z-01", "召回品区", "Recalled goods", LocationKind.RECALL),
)
AIR = Limits(Decimal(10), Decimal(30), None, Decimal(70))
RETEST_DAYS = 30


async def open_warehouse(staff: Staff, calendar: Calendar) -> Story:
    """The register of places, the limits of the shelf, and how long meltblown is trusted after a test."""
    moment = at(calendar.setup, "15:30")
    for code, zh, en, kind in PLACES:
        yield (moment := moment + timedelta(minutes=1))
        await enter_location(code=code, name_zh=zh, name_en=en, kind=kind, actor=staff["zheng"])
    yield moment + timedelta(minutes=5)
    await set_storage_limits(AIR, basis="与供应商签订的质量协议", location=SHELF, actor=staff["sun"])
    for material in (MELTBLOWN, MELTBLOWN_KN):
        await set_retest_rule(material, days=RETEST_DAYS, tests=["PFE"], actor=staff["sun"])


async def read_the_air(world: World, day: date) -> Story:
    """Thermometer and hygrometer of the shelf, morning and afternoon."""
    chance = dice(f"air:{day}")
    for hour in ("08:15", "15:45"):
        yield at(day, hour)
        reading = Reading(
            world.clock.moment,
            Decimal(f"{chance.uniform(19, 24):.1f}"),
            Decimal(f"{chance.uniform(42, 58):.0f}"),
        )
        await record_readings(SHELF, [reading], actor=world.staff["zheng"])


async def shelve_cartons(world: World, day: date) -> Story:
    """What was released and not sold goes to its shelf in the evening of the last day."""
    yield at(day, "16:20")
    rows = await sql.fetch(
        f"SELECT u.code FROM trace_unit u WHERE {UNPLACED} AND u.kind = 'carton' AND u.state = 'released'"
        " AND NOT u.held ORDER BY u.id"
    )
    for row in rows:
        await put_away(row["code"], location=FINISHED, actor=world.staff["zheng"])
